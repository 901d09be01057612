"""Imported once by the fork server: what every notebook of the course needs, down to the first use of each.

The kernel's shell stands first, so that pyplot finds it. Nothing here may start a thread: a fork has
only the one that forks, and hangs where another held a lock.
"""

from __future__ import annotations

import logging
import sys
from types import ModuleType

import matplotlib.pyplot as plt
import nbformat
import torch
from nbformat.v4 import new_notebook
from traitlets.config import Config

from linreg_course.exercises import EXERCISES, load
from linreg_course.warm.forget import OWNER_PROGRAM
from linreg_course.warm.kernel import SocketSession, WarmKernel
from linreg_course.warm.processes import is_server

LOG = logging.getLogger(__name__)

PATH = list(sys.path)


def _make_kernel() -> WarmKernel:
    config = Config({"HistoryManager": {"enabled": False}})  # it has a thread
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # so has the debugger, which ipykernel takes where it is
    kernel: WarmKernel = WarmKernel.instance(config=config, session=SocketSession(), log=LOG)
    del sys.modules["debugpy"]
    kernel._execute_sleep = 0
    return kernel


def _use_all(kernel: WarmKernel) -> None:
    for name in EXERCISES:
        load(name)
    nbformat.validate(new_notebook())  # as `check.progress` reads the student's, with a schema that takes a second
    weight = torch.zeros(1, requires_grad=True)
    trainer = torch.optim.SGD([weight], lr=1)  # imports a part of torch that takes a second
    weight.sum().backward()
    trainer.step()
    kernel.shell.run_cell("1/0", silent=True)  # so does the first traceback, a little
    figure = plt.figure()
    figure.add_subplot().plot([0, 1])
    figure.canvas.draw()
    plt.close("all")
    kernel.shell.reset()


def _be_warm() -> WarmKernel:
    kernel = _make_kernel()
    _use_all(kernel)
    # A child of multiprocessing runs its owner's program again, but for this file name.
    sys.modules["__main__"] = ModuleType("__main__")
    sys.modules["__main__"].__file__ = OWNER_PROGRAM
    return kernel


KERNEL = _be_warm() if is_server() else None
