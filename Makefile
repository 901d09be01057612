# make lab     open the course in JupyterLab        make LANGUAGE=zh lab: in Chinese
# make test    prove everything that CI proves     make quick: what needs no kernel, browser or nbgrader
# Both set up .venv first; PYTHON=python3.11 chooses the Python that makes it.
PYTHON ?= python3
LANGUAGE ?=
RUN = .venv/bin/
# A process that is lost ends the run: what it was to do would not be done, and waited for.
PYTEST = $(RUN)pytest -n 2 --no-loadscope-reorder --max-worker-restart 0

.PHONY: lab test quick coverage test-long setup setup-newest build lint format grade book setup-book bank attacks bench lock

lab: setup
	@$(RUN)linreg lab $(if $(LANGUAGE),--language $(LANGUAGE))

test: setup setup-newest setup-book lint
	$(PYTEST) --durations 10

quick: setup
	$(PYTEST) -m "not slow and not long"

coverage: setup setup-newest setup-book
	$(PYTEST) --cov linreg_course

test-long: setup setup-newest
	$(RUN)pytest -m long

setup:
	@$(PYTHON) tools/environment.py

setup-newest:
	@$(PYTHON) tools/environment.py --newest

build: setup
	$(RUN)linreg build

lint: setup
	$(RUN)ruff check .
	$(RUN)ruff format --check .
	$(RUN)mypy

format: setup
	$(RUN)ruff check --fix .
	$(RUN)ruff format .

grade: setup
	$(RUN)linreg release huber
	$(RUN)python tools/sample_class.py
	-$(RUN)linreg grade huber

book: setup setup-book
	$(RUN)linreg run --save build/executed
	.venv-book/bin/python docs/site/build.py

setup-book:
	@$(PYTHON) tools/environment.py --book

bank: setup
	@$(RUN)python tests/bank_table.py

attacks: setup
	$(RUN)python tests/attacks/control.py docs/attacks.md

bench: setup
	$(RUN)python benchmarks/bench.py
	$(RUN)python benchmarks/checks.py
	PYTHONPATH=tests $(RUN)python benchmarks/grading.py
	PYTHONPATH=tests $(RUN)python benchmarks/cluster.py
	PYTHONPATH=tests $(RUN)python benchmarks/gradebook.py

lock: setup
	$(RUN)python tools/lock.py
