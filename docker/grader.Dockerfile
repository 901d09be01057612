# An image for graders: `linreg` in its cage, and workers of a cluster, as an ordinary user.
# Docker has not built it yet: tests/grading/test_grader_image.py runs its steps, all but apt-get, in a root of their own.
#
#   docker build -f docker/grader.Dockerfile --build-arg UID="$(id -u)" -t linreg-grader .
#   docker run --rm -v "$PWD:/course" linreg-grader linreg grade
#   docker run --rm -v "$PWD:/course" linreg-grader dask worker tcp://SCHEDULER:8786
#
# It needs no privileges beyond Docker's own: its seccomp profile allows Landlock from Engine 20.10.18 on.
FROM python:3.11-slim

RUN apt-get update && apt-get install -y --no-install-recommends libseccomp2 && rm -rf /var/lib/apt/lists/*

# Where pip finds a torch without CUDA, which is several GB smaller.
ARG PIP_EXTRA_INDEX_URL=
# Who owns the course's folder outside, so that what is graded there is theirs.
ARG UID=1000

WORKDIR /app
COPY requirements/default.txt requirements/
RUN pip install --no-cache-dir -r requirements/default.txt
COPY pyproject.toml README.md LICENSE ./
COPY linreg_course linreg_course/
RUN pip install --no-cache-dir --no-deps --no-build-isolation .

RUN useradd --create-home --shell /bin/sh --uid "$UID" grader
USER grader
WORKDIR /course
CMD ["linreg", "doctor"]
