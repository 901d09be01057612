"""Set up the course where that is not done yet, then open it: python start.py [--language zh].

The release puts this file beside the folder `notebooks` of the students' copy.
"""

import subprocess
import sys

from tools.environment import COURSE, make, python_of


def main():
    """Make the environment and hand over to `linreg lab`."""
    make(newest=False)
    linreg = python_of(COURSE / ".venv").with_name("linreg")
    try:
        sys.exit(subprocess.call([linreg, "lab", *sys.argv[1:]], cwd=COURSE))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
