"""Set up the course where that is not done yet, then open it: python start.py [--language zh].

The release puts this file beside the folder `notebooks` of the students' copy.
"""

import os
import subprocess
import sys

from tools.environment import COURSE, make, python_of


def main():
    """Make the environment and hand over to `linreg lab`."""
    for language in {"en", "zh"}.intersection(sys.argv):  # what `--language` asks for, the set-up speaks too
        os.environ["LANGUAGE"] = language
    make("default")
    linreg = python_of(COURSE / ".venv").with_name("linreg")
    try:
        sys.exit(subprocess.call([linreg, "lab", *sys.argv[1:]], cwd=COURSE))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
