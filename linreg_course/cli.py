"""The command `linreg`: declarations only; each command calls one room, imported when it runs."""

from __future__ import annotations

import gettext
import io
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from linreg_course.language import Text, locale_language, use_language

use_language(locale_language())
# click's own words ("Usage", "no such option") come from gettext, which reads the language from the environment.
gettext.bindtextdomain("messages", str(Path(__file__).parent / "locale"))
os.environ.setdefault("LANGUAGE", locale_language())

# What a command needs that not every installation has.
NEEDS = {
    "build": "jupytext", "run": "jupytext", "lab": "jupyterlab", "release": "nbgrader", "grade": "nbgrader",
    "feedback": "nbgrader", "collect": "nbgrader", "doctor": "nbgrader", "regrade": "nbgrader", "explain": "nbgrader",
    "report": "nbgrader",
}  # fmt: skip


class Commands(click.Group):
    """The commands; those whose part is not installed are not listed, and say so when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands that this installation can run."""
        return [name for name in super().list_commands(ctx) if name not in NEEDS or find_spec(NEEDS[name])]

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            if error.name is None or error.name.startswith("linreg_course"):
                raise
            words = Text(
                en=f"this command needs {error.name}, which is not installed here: it is for those who make or grade "
                "the course, and `make setup` in the course's repository has it",
                zh=f"这个命令需要{error.name}，这里没有安装：它是给编写课程和评分的人用的，在课程的代码库里"
                "运行`make setup`就会装上",
            )
            raise click.ClickException(str(words)) from None


def _help(en: str, zh: str) -> dict[str, Any]:
    """Return a command's help, and the words in brackets of its usage line, in the language in use."""
    return {"help": str(Text(en=en, zh=zh)), "options_metavar": str(Text(en="[OPTIONS]", zh="[选项]"))}


def _begin_kernels(cluster: str | None = None) -> None:
    """Have the fork server import torch while this process imports nbgrader, unless notebooks run elsewhere."""
    from linreg_course.warm.processes import start_server

    if cluster is None:
        start_server()


_jobs = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
    show_default=True,
    help=str(Text(en="Kernels at a time.", zh="同时运行的内核数。")),
)


_cluster = click.option(
    "--cluster",
    metavar="ADDRESS",
    help=str(
        Text(
            en="Run notebooks on the workers of the dask cluster at ADDRESS, as in tcp://192.0.2.7:8786.",
            zh="在地址为ADDRESS（如tcp://192.0.2.7:8786）的dask集群上运行笔记本。",
        )
    ),
)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    subcommand_metavar=str(Text(en="COMMAND [ARGS]...", zh="命令 [参数]…")),
    **_help(
        en="Linear regression in PyTorch, the concise way: open the course, see what would be graded, hand in.",
        zh="用PyTorch简洁实现线性回归：打开课程，查看会怎样评分，上交作业。",
    ),
)
@click.version_option(package_name="linreg-course")
def main() -> None:
    """Open, validate, hand in, build, release and grade the course."""
    for stream in (sys.stdout, sys.stderr):  # a sign that a terminal's encoding lacks must not end what was begun
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@main.command(
    **_help(
        en="Build notebooks/en and notebooks/zh from SOURCES; without arguments, from all.",
        zh="由SOURCES生成notebooks/en和notebooks/zh；不给参数时生成全部。",
    )
)
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--check",
    is_flag=True,
    help=str(
        Text(
            en="Write nothing; fail if a notebook differs from its source.", zh="不写文件；笔记本与源文件不一致时报错。"
        )
    ),
)
@click.option(
    "--watch",
    is_flag=True,
    help=str(Text(en="Build again whenever a source is saved.", zh="每当源文件保存时重新生成。")),
)
def build(sources: tuple[Path, ...], check: bool, watch: bool) -> None:
    """Build the notebooks."""
    from linreg_course.authoring import commands

    if watch:
        commands.watch(list(sources))
    elif check:
        commands.check(list(sources))
    else:
        commands.build(list(sources))


@main.command(
    **_help(
        en="Run NOTEBOOKS headless; without arguments, all of both languages.",
        zh="不开界面运行NOTEBOOKS；不给参数时运行两种语言的全部笔记本。",
    )
)
@click.argument("notebooks", nargs=-1, type=click.Path(path_type=Path))
@_jobs
@click.option(
    "--save",
    type=click.Path(path_type=Path),
    help=str(Text(en="Keep executed copies in this folder.", zh="把运行过的副本保存到这个文件夹。")),
)
def run(notebooks: tuple[Path, ...], jobs: int, save: Path | None) -> None:
    """Run the notebooks."""
    from linreg_course.authoring import commands

    commands.run(list(notebooks), jobs, save)


@main.command(
    **_help(
        en="Copy the notebooks that are not in work/ yet and open JupyterLab there.",
        zh="把work/里还没有的笔记本复制过去，并在那里打开JupyterLab。",
    )
)
@click.option(
    "--language",
    type=click.Choice(["en", "zh"]),
    help=str(Text(en="Which start page to open.", zh="打开哪种语言的首页。")),
)
def lab(language: str | None) -> None:
    """Open the course."""
    from linreg_course import lab

    lab.open_lab(Path.cwd(), language)


@main.command(
    **_help(
        en="Release the assignments NAMES, or all, with nbgrader, and write the students' zip into course/.",
        zh="用nbgrader发布名为NAMES的作业，或全部作业，并把给学生的zip写到course/里。",
    )
)
@click.argument("names", nargs=-1)
@click.option(
    "--language",
    type=click.Choice(["en", "zh", "both"]),
    default="both",
    show_default=True,
    help=str(
        Text(
            en="What students get; with both, the Chinese notebook lies in zh/ beside the English one.",
            zh="发给学生哪种语言；选both时，中文笔记本放在英文笔记本旁边的zh/里。",
        )
    ),
)
def release(names: tuple[str, ...], language: str) -> None:
    """Release assignments."""
    from linreg_course.authoring import commands

    commands.release(list(names), ("en", "zh") if language == "both" else (language,))


@main.command(
    **_help(
        en="Run an assignment in a fresh kernel and say what would be graded.\n\nNAME is the assignment's name, as in "
        "`linreg validate huber`, or the path of a notebook.",
        zh="在新的内核里运行一个作业，说明会怎样评分。\n\n"
        "NAME是作业的名字，例如`linreg validate huber`，或者笔记本的路径。",
    )
)
@click.argument("name")
def validate(name: str) -> None:
    """Say what would be graded."""
    from linreg_course.handin import commands

    commands.validate(name)


@main.command(
    **_help(
        en="Write the file to hand in and a receipt into the course's folder handin/.\n\n"
        "NAME is the assignment's name, as in `linreg submit huber`, or the path of a notebook.",
        zh="把要上交的文件和一张回执写到课程文件夹的handin/里。\n\n"
        "NAME是作业的名字，例如`linreg submit huber`，或者笔记本的路径。",
    )
)
@click.argument("name")
@click.option(
    "--yes",
    is_flag=True,
    help=str(Text(en="Hand it in as it is, finished or not.", zh="不论是否完成，按现在的样子上交。")),
)
def submit(name: str, yes: bool) -> None:
    """Hand in."""
    from linreg_course.handin import commands

    commands.submit(name, yes)


@main.command(
    **_help(
        en="Bring the course's newer version of an assignment into your notebook; what you wrote stays.\n\n"
        "NAME is the assignment's name, as in `linreg update huber`, or the path of a notebook. What the file was is "
        "kept beside it.",
        zh="把课程里作业的新版本更新到你的笔记本；你写的内容保留不变。\n\n"
        "NAME是作业的名字，例如`linreg update huber`，或者笔记本的路径。原来的文件会在旁边保留一份备份。",
    )
)
@click.argument("name")
def update(name: str) -> None:
    """Update a notebook."""
    from linreg_course.handin import update_commands

    update_commands.update(name)


@main.command(
    **_help(
        en="Verify a receipt and the notebook beside it.",
        zh="核对回执和它旁边的笔记本。",
    )
)
@click.option(
    "--check",
    "path",
    type=click.Path(path_type=Path),
    required=True,
    help=str(Text(en="A receipt or its notebook.", zh="回执或者它的笔记本。")),
)
def receipt(path: Path) -> None:
    """Verify a receipt."""
    from linreg_course.handin import commands

    commands.receipt(path)


@main.command(
    **_help(
        en="Put a download of submissions where grading finds them, each with the time when it was handed in.\n\n"
        "DOWNLOAD is a folder or a zip: Moodle's or Canvas's, folders of students, or files named after them. It stays "
        "as it is.",
        zh="把下载的提交放到评分时读取的位置，并记下各自的上交时间。\n\n"
        "DOWNLOAD是文件夹或zip：Moodle或Canvas的下载、以学生命名的文件夹或文件都可以。它本身不会改动。",
    )
)
@click.argument("download", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--yes",
    is_flag=True,
    help=str(Text(en="Answer every question with yes, and say so.", zh="所有问题都回答“是”，并显示出来。")),
)
def collect(download: Path, yes: bool) -> None:
    """Collect submissions."""
    from linreg_course.grading import collect_commands

    collect_commands.collect(download, yes)


@main.command(
    **_help(
        en="Autograde the ASSIGNMENTS in course/submitted, or all, and show every score or the reason for none.",
        zh="自动评分course/submitted里名为ASSIGNMENTS的作业，或全部作业，并显示每个得分，或没有得分的原因。",
    )
)
@click.argument("assignments", nargs=-1)
@click.option(
    "--student",
    "students",
    multiple=True,
    help=str(Text(en="Grade this student alone; may be given again.", zh="只评这个学生；可以重复给出。")),
)
@click.option(
    "--force",
    is_flag=True,
    help=str(Text(en="Grade again what has not changed since.", zh="没有变化的也重新评分。")),
)
@_jobs
@_cluster
@click.option(
    "--allow-unconfined",
    is_flag=True,
    help=str(
        Text(
            en="Run submissions without the cage: with all that you may do here. The result says so.",
            zh="不用笼子运行提交：提交的代码能做你在这台机器上能做的一切。结果里会写明。",
        )
    ),
)
def grade(
    assignments: tuple[str, ...],
    students: tuple[str, ...],
    force: bool,
    jobs: int,
    cluster: str | None,
    allow_unconfined: bool,
) -> None:
    """Grade submissions."""
    _begin_kernels(cluster)
    from linreg_course.grading import commands
    from linreg_course.grading.where import Where

    commands.grade(list(assignments), list(students), force, Where(jobs, not allow_unconfined, cluster))


@main.command(
    **_help(
        en="Try what this machine lets a submission do while it is graded, and say what is enforced.",
        zh="试一试这台机器在评分时允许提交的代码做什么，并说明哪些限制生效。",
    )
)
def doctor() -> None:
    """Say what is enforced."""
    from linreg_course.wall import commands

    commands.doctor()


@main.command(
    **_help(
        en="Write the students' feedback on the ASSIGNMENTS, or all, into course/feedback.",
        zh="把对作业ASSIGNMENTS（或全部作业）的反馈写到course/feedback里。",
    )
)
@click.argument("assignments", nargs=-1)
@click.option(
    "--solutions",
    is_flag=True,
    help=str(Text(en="Show the model answers too.", zh="同时给出参考答案。")),
)
def feedback(assignments: tuple[str, ...], solutions: bool) -> None:
    """Write feedback."""
    from linreg_course.grading import feedback_commands

    feedback_commands.feedback(list(assignments), solutions)


@main.command(
    **_help(
        en="Write the report of the class on the ASSIGNMENTS, or all, into course/report: a page with figures, and "
        "tables for spreadsheets, Canvas, Moodle and Gradescope.",
        zh="把全班在作业ASSIGNMENTS（或全部作业）上的报告写到course/report里：一个带图的网页，"
        "以及供电子表格、Canvas、Moodle和Gradescope使用的表格。",
    )
)
@click.argument("assignments", nargs=-1)
@click.option(
    "--names",
    is_flag=True,
    help=str(Text(en="Name the students on the page.", zh="在网页上列出学生的名字。")),
)
def report(assignments: tuple[str, ...], names: bool) -> None:
    """Write the report."""
    from linreg_course.grading import report_commands

    report_commands.report(list(assignments), names)


@main.command(
    **_help(
        en="Judge the graded ASSIGNMENTS, or all, again where a rule, a case or a hint has changed, and show whose "
        "points move.\n\nNothing is written without --apply; what a person gave stays in any case.",
        zh="规则、用例或提示改动之后，对已评分的作业ASSIGNMENTS（或全部作业）重新评判受影响的部分，并列出谁的得分会变。\n\n"
        "不加--apply就什么也不写；人工给的分数总是保留。",
    )
)
@click.argument("assignments", nargs=-1)
@click.option(
    "--exercise",
    help=str(Text(en="Judge this exercise alone, changed or not.", zh="只重新评判这道练习，不论规则有没有改动。")),
)
@click.option("--apply", is_flag=True, help=str(Text(en="Write the new points.", zh="写入新的得分。")))
@_jobs
@_cluster
def regrade(assignments: tuple[str, ...], exercise: str | None, apply: bool, jobs: int, cluster: str | None) -> None:
    """Judge again."""
    _begin_kernels(cluster)
    from linreg_course.grading import regrade_commands
    from linreg_course.grading.where import Where

    regrade_commands.regrade(list(assignments), exercise, apply, Where(jobs, cluster=cluster))


@main.command(
    **_help(
        en="Say how the grade of STUDENT in EXERCISE came about, and judge it again with the same numbers.",
        zh="说明学生STUDENT在练习EXERCISE上的得分是怎样得出的，并用同样的数据重新评判一次。",
    )
)
@click.argument("student")
@click.argument("exercise")
@click.option("--assignment", help=str(Text(en="In this assignment alone.", zh="只看这个作业。")))
def explain(student: str, exercise: str, assignment: str | None) -> None:
    """Explain a grade."""
    _begin_kernels()
    from linreg_course.grading import regrade_commands

    regrade_commands.explain(student, exercise, assignment)
