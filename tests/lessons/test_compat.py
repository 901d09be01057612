"""`compat.d2l` is d2l's own module, also beside a torchvision that was built for another torch."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

# What torchvision does on import, cut down to where it fails: it describes operators that its library should have.
NEEDS_NMS = """
    import torch

    @torch.library.register_fake("torchvision::nms")
    def _nms(dets, scores, iou_threshold):
        return dets

    @torch.library.register_fake("torchvision::qnms")
    def _qnms(dets, scores, iou_threshold):
        return dets

    from torchvision import transforms
    loaded = True
"""


def run(folder: Path, torchvision: str, code: str) -> subprocess.CompletedProcess[str]:
    """Run `code` in a Python that finds this torchvision first."""
    package = folder / "torchvision"
    package.mkdir()
    (package / "__init__.py").write_text(textwrap.dedent(torchvision))
    (package / "transforms.py").write_text("")
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)


def test_d2l_is_the_module_of_the_chapter() -> None:
    # First, since d2l alone cannot be imported beside a torchvision that lacks its operators.
    from linreg_course.lessons.compat import d2l

    assert d2l is sys.modules["d2l.torch"]
    assert callable(d2l.synthetic_data)


def test_the_stub_fails_as_torchvision_does(tmp_path: Path) -> None:
    done = run(tmp_path, NEEDS_NMS, "import torchvision")
    assert "RuntimeError: operator torchvision::nms does not exist" in done.stderr


def test_d2l_is_imported_where_torchvision_lacks_its_operators(tmp_path: Path) -> None:
    code = "from linreg_course.lessons.compat import d2l; import torchvision; print(d2l.__name__, torchvision.loaded)"
    done = run(tmp_path, NEEDS_NMS, code)
    assert done.stdout == "d2l.torch True\n", done.stderr


def test_any_other_error_of_torchvision_reaches_the_learner(tmp_path: Path) -> None:
    done = run(tmp_path, 'raise RuntimeError("out of memory")', "import linreg_course.lessons.compat")
    assert done.returncode == 1
    assert done.stderr.endswith("RuntimeError: out of memory\n")


def test_an_operator_that_is_not_known_to_be_missing_reaches_the_learner(tmp_path: Path) -> None:
    other = """
        import torch
        torch.library.register_fake("torchvision::other")(lambda x: x)
    """
    done = run(tmp_path, other, "import linreg_course.lessons.compat")
    assert done.returncode == 1
    assert "operator torchvision::other does not exist" in done.stderr.splitlines()[-1]
