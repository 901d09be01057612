"""Make the course's environment, or take up where an interrupted set-up stopped.

    python tools/environment.py             .venv: the default environment
    python tools/environment.py --newest    .venv-newest: the newest of everything but torch
    python tools/environment.py --book      .venv-book: what builds the site, without torch and the course

Uses the standard library only, since it runs before anything is installed. Python 3.11 gets the
exact versions of requirements/default.txt, which honour the pins of d2l; a newer Python, for which those
pins have no packages, gets requirements/newest.txt, and d2l without its pins. The students' zip
has this file too, with a wheel in place of the package's source.
"""

import argparse
import hashlib
import locale
import os
import subprocess
import sys
import venv
from pathlib import Path

COURSE = Path(__file__).resolve().parent.parent
D2L = "d2l==1.0.3"
NO_NETWORK = (
    "NewConnectionError", "Temporary failure in name resolution", "Max retries exceeded",
    "Connection refused", "Network is unreachable", "timed out", "ProxyError", "NameResolutionError",
    "(from versions: none)",
)  # fmt: skip


def main():
    """Set up what the command line asks for."""
    parser = argparse.ArgumentParser(description="Make the course's environment.")
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--newest", dest="kind", action="store_const", const="newest", help="the second environment")
    kinds.add_argument("--book", dest="kind", action="store_const", const="book", help="what builds the site")
    make(parser.parse_args().kind or "default")


def make(kind):
    """Set up an environment, "default", "newest" or "book"; end with one sentence where that fails."""
    try:
        set_up(COURSE / (".venv" if kind == "default" else f".venv-{kind}"), kind)
    except KeyboardInterrupt:
        sys.exit(
            told(
                "\nSet-up interrupted: the same command goes on from here.",
                "\n安装中断：再次运行同一个命令，会从这里继续。",
            )
        )
    except OSError as error:
        sys.exit(told("The environment could not be made: ", "无法创建环境：") + explain(str(error)))


def set_up(folder, kind):
    """Install into `folder` what its stamp does not say is there already."""
    make_venv(folder)
    if kind == "default" and version_of(folder) >= (3, 12):
        kind = "newest"
    requirements = COURSE / "requirements" / f"{kind}.txt"
    described, package = (requirements, []) if kind == "book" else course_package()
    stamp = folder / "ready"
    wanted = hashlib.sha256(requirements.read_bytes() + described.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    source = f"requirements/{requirements.name}"
    print(
        told(
            f"Setting up {folder.name} from {source}; the first time takes minutes.",
            f"正在按{source}安装{folder.name}，第一次需要几分钟。",
        ),
        flush=True,
    )
    stamp.unlink(missing_ok=True)
    pip(folder, "-r", str(requirements))
    if kind == "newest":
        pip(folder, "--no-deps", D2L)
    if package:
        pip(folder, "--no-deps", *package)
    stamp.write_text(wanted)


def course_package():
    """Return the file that tells one state of the course's package from another, and pip's arguments for it."""
    wheels = sorted(COURSE.glob("linreg_course-*.whl"), key=lambda wheel: wheel.stat().st_mtime)
    if wheels:
        return wheels[-1], ["--force-reinstall", str(wheels[-1])]
    return COURSE / "pyproject.toml", ["--no-build-isolation", "-e", str(COURSE)]


def make_venv(folder):
    """Make the virtual environment, anew where an earlier attempt left it without pip."""
    if (folder / "ready").exists() or has_pip(folder):
        return
    if sys.version_info < (3, 11):
        again = "make PYTHON=python3.11 …" if (COURSE / "Makefile").exists() else "python3.11 start.py"
        sys.exit(
            told(
                "The course needs Python 3.11 or newer, and this is Python {}.{}. Where a newer one is installed: {}",
                "课程需要Python 3.11或更新的版本，而这里是Python {}.{}。如果装有更新的版本：{}",
            ).format(*sys.version_info[:2], again)
        )
    try:
        venv.create(folder, with_pip=True, clear=True, symlinks=os.name != "nt")
    except (subprocess.CalledProcessError, ImportError) as error:
        output = getattr(error, "stderr", None) or getattr(error, "output", None) or b""
        reason = explain(output.decode(errors="replace") + str(error))
        sys.exit(told("The environment could not be made: ", "无法创建环境：") + reason)


def has_pip(folder):
    """Tell whether the environment is there and can install."""
    python = python_of(folder)
    return python.exists() and subprocess.run([python, "-m", "pip", "-V"], capture_output=True).returncode == 0


def version_of(folder):
    """Return the version of the environment's own Python, which need not be the one that runs this."""
    code = "import sys; print(*sys.version_info[:2])"
    return tuple(map(int, subprocess.check_output([python_of(folder), "-c", code], text=True).split()))


def pip(folder, *arguments):
    """Run pip install in the environment; on failure say why in a sentence."""
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    command = [python_of(folder), "-m", "pip", "install", "--disable-pip-version-check", *quiet, *arguments]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, errors="replace")
    if done.returncode != 0:
        sys.exit(told("The environment is not complete: ", "环境不完整：") + explain(done.stderr))


def explain(output):
    """Return one sentence for what pip or the system printed."""
    again = told("then run the same command again: it goes on from here", "然后再次运行同一个命令，会从这里继续")
    if "No space left" in output or "Disk quota" in output:
        reason = told(
            "the disk is full; make room (the environment needs about 2 GB, 8 GB with CUDA)",
            "磁盘已满；请腾出空间（环境大约需要2 GB，带CUDA时8 GB）",
        )
    elif any(sign in output for sign in NO_NETWORK):
        reason = told(
            "the package index cannot be reached; check the network or pip's proxy settings",
            "连不上软件包索引；请检查网络或pip的代理设置",
        )
    elif "ensurepip" in output:
        reason = told(
            "this Python has no venv module; on Debian or Ubuntu install python3-venv",
            "这个Python没有venv模块；在Debian或Ubuntu上请安装python3-venv",
        )
    else:
        lines = [line for line in output.strip().splitlines() if not line.startswith("WARNING")]
        reason = "\n".join(lines[-8:]) + told("\nMend this", "\n请先解决这个问题")
    return reason + told(", {}.", "，{}。").format(again)


def told(en, zh):
    """Return what the user's system speaks, by gettext's variables; the package is not installed yet."""
    names = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    named = next((value for value in map(os.environ.get, names) if value), None) or locale.getlocale()[0] or ""
    return zh if named.lower().startswith(("zh", "chinese")) else en


def python_of(folder):
    """Return the interpreter of a virtual environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


if __name__ == "__main__":
    main()
