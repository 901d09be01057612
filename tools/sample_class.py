"""Hand in the assignment huber for a class of twelve made-up students, to see what grading does with each.

    python tools/sample_class.py

Needs the released assignment (`linreg release huber`). Real submissions are never touched: where there
are any, nothing is written.
"""

import shutil
import sys
from pathlib import Path

import nbformat

ASSIGNMENT = "huber"
COURSE = Path(__file__).resolve().parent.parent / "course"

LOSS = """def huber_loss(y_hat, y, delta=1.0):
    if y_hat.shape != y.shape:
        raise ValueError(f"shapes differ: {tuple(y_hat.shape)} and {tuple(y.shape)}")
    size = (y_hat - y).abs()
    return torch.where(size > delta, size - delta / 2, size**2 / (2 * delta)).mean()"""
SCALE = "def huber_scale(delta):\n    return delta"
UNUSUAL_LOSS = """def huber_loss(y_hat, y, delta=1.0):
    if y_hat.shape != y.shape:
        raise ValueError("two shapes")
    return torch.nn.functional.smooth_l1_loss(y_hat, y, beta=delta)"""
UNUSUAL_SCALE = """def huber_scale(delta):
    far = torch.tensor([9.0 * delta])
    zero = torch.zeros(1)
    F = torch.nn.functional
    return F.huber_loss(far, zero, delta=float(delta)) / F.smooth_l1_loss(far, zero, beta=float(delta))"""
WORDS = (
    "At delta = 1 all three agree, so a test there sees nothing. At another delta nn.HuberLoss is delta times "
    "the formula, and SmoothL1Loss with beta = delta is the formula."
)
CHINESE = "delta取1时三者相同，那里的测试看不出差别；换一个delta，HuberLoss是公式的delta倍，SmoothL1Loss就是公式。"

# What each student writes into which cell; what is not named stays as released.
CLASS = {
    "01-right": {"huber-loss": LOSS, "huber-scale": SCALE, "h1": WORDS, "h2": WORDS},
    "02-right-but-unusual": {"huber-loss": UNUSUAL_LOSS, "huber-scale": UNUSUAL_SCALE, "h1": WORDS},
    "03-in-chinese": {"huber-loss": LOSS, "huber-scale": SCALE, "h1": CHINESE},
    "04-sum": {"huber-loss": LOSS.replace(".mean()", ".sum()"), "huber-scale": SCALE},
    "05-torch-huber": {
        "huber-loss": UNUSUAL_LOSS.replace("smooth_l1_loss(y_hat, y, beta=", "huber_loss(y_hat, y, delta="),
        "huber-scale": "def huber_scale(delta):\n    return 1.0",
    },
    "06-no-half-delta": {"huber-loss": LOSS.replace("delta / 2", "delta"), "huber-scale": SCALE, "h2": "delta = 1"},
    "07-broadcasts": {
        "huber-loss": "\n".join([LOSS.split("\n")[0], *LOSS.split("\n")[3:]]),
        "huber-scale": "def huber_scale(delta):\n    return 1 / delta",
    },
    "08-one-if": {
        "huber-loss": "def huber_loss(y_hat, y, delta=1.0):\n    r = y_hat - y\n    if abs(r) > delta:\n"
        "        return (abs(r) - delta / 2).mean()\n    return (r**2 / (2 * delta)).mean()",
        "huber-scale": SCALE,
    },
    "09-empty": {},
    "10-kernel-dies": {"huber-loss": f"{LOSS}\n\nimport os\nos._exit(1)", "huber-scale": SCALE},
    "11-never-ends": {
        "huber-loss": "def huber_loss(y_hat, y, delta=1.0):\n    while True:\n        pass",
        "huber-scale": SCALE,
    },
    "12-corrupt": {"huber-loss": LOSS},
}


def main():
    """Write the class's submissions, or say in one sentence why not."""
    released = COURSE / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    if not released.is_file():
        sys.exit(f"There is no {released}: run `linreg release {ASSIGNMENT}` first.")
    others = sorted({path.name for path in COURSE.glob("submitted/*")} - CLASS.keys())
    if others:
        sys.exit(
            f"There are submissions of {', '.join(others[:3])}: the sample class is for a course without students."
        )
    for student, cells in CLASS.items():
        for part in ("submitted", "set_aside", "autograded", "feedback"):
            shutil.rmtree(COURSE / part / student, ignore_errors=True)
        hand_in(student, cells, released.parent / "zh" / released.name if "chinese" in student else released)
    print(f"{len(CLASS)} students handed in {ASSIGNMENT} in {COURSE / 'submitted'}")


def hand_in(student, cells, released):
    """Write one student's notebook where nbgrader collects it."""
    notebook = nbformat.read(released, as_version=4)
    for cell in notebook.cells:
        cell.source = cells.get(cell.id, cell.source)
    folder = COURSE / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True)
    text = nbformat.writes(notebook)
    (folder / f"{ASSIGNMENT}.ipynb").write_text(
        text[: len(text) // 2] if "corrupt" in student else text, encoding="utf-8"
    )


if __name__ == "__main__":
    main()
