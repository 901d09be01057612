"""What `linreg doctor` says on the terminal."""

from __future__ import annotations

import os
import platform

import click

from linreg_course.language import Text
from linreg_course.wall.doctor import PARTS, Found, examine

HEAD = Text(
    en="A submission's code runs in a cage. Each part was tried just now, in a process that is in it:",
    zh="提交的代码在“笼子”里运行。下面每一项都刚刚在笼中的进程里试过：",
)
NOT_ENFORCED = Text(en="NOT ENFORCED", zh="没有生效")
COLON = Text(en=": ", zh="：")
NO_CAGE = Text(en="There is no cage here. ", zh="这里没有笼子。")
ALL_HOLDS = Text(
    en="All of it holds: `linreg grade` runs submissions in it, and a process that never runs their code judges them.",
    zh="全部生效：`linreg grade`在笼子里运行提交，由从不运行其代码的进程来判定。",
)
WHAT_TO_DO = Text(
    en="`linreg grade` grades nothing here. A cage needs Linux 6.2 or newer with Landlock (among `lsm=` of the boot "
    "line; of a container, its host's), libseccomp 2 (Debian: `apt install libseccomp2`), and `make setup` for the "
    "packages landlockpy and pyseccomp. On other systems take a Linux machine, container or virtual machine. Or "
    "`linreg grade --allow-unconfined`: then submissions may do all that you may do here, and the result says so.",
    zh="这里`linreg grade`不会评分。笼子需要Linux 6.2或更新版本并启用Landlock（在启动参数`lsm=`里；容器则看宿主机）、"
    "libseccomp 2（Debian：`apt install libseccomp2`），以及`make setup`装上的landlockpy和pyseccomp。"
    "在别的系统上，请用Linux机器、容器或虚拟机。或者用`linreg grade --allow-unconfined`："
    "那时提交的代码能做你在这里能做的一切，结果里会写明。",
)
NOT_PROTECTED = Text(
    en="Not protected: what a student's process says of itself, and an instructor's own test cells "
    "(see docs/grading.md).",
    zh="不受保护的：学生的进程对自身情况的陈述，以及老师自己写的测试单元格（见docs/grading.zh.md）。",
)


def doctor() -> None:
    """Show which parts of the cage hold on this machine; end with 1 if one does not."""
    found = examine()
    broken = any(not one.holds for one in found)
    reasons = {one.why for one in found}
    click.echo(_machine())
    click.echo(HEAD)
    if broken and len(reasons) == 1:
        click.echo(f"{NO_CAGE}{reasons.pop()}")
    for one in found:
        click.echo(_line(one, one.why if reasons else ""))
    click.echo(WHAT_TO_DO if broken else ALL_HOLDS)
    click.echo(NOT_PROTECTED)
    if broken:
        raise SystemExit(1)


def _machine() -> str:
    is_root = hasattr(os, "getuid") and os.getuid() == 0
    user = Text(en="as root", zh="以root身份") if is_root else Text(en="as an ordinary user", zh="以普通用户身份")
    system = f"{platform.system()} {platform.release()}, {platform.machine()}"
    return f"{system}, Python {platform.python_version()}, {user}"


def _line(one: Found, why: str) -> str:
    if one.holds:
        return f"✓ {PARTS[one.part]}"
    return f"✗ {PARTS[one.part]} - {NOT_ENFORCED}{COLON if why else ''}{why}"
