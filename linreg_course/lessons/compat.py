"""`d2l.torch`, also where torchvision was built for another torch.

A CPU build of torch beside a torchvision made for CUDA stops at `import torchvision` with
"operator torchvision::nms does not exist". The course uses no operator of torchvision; it is
enough that the names exist when torchvision describes them.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

import torch

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
# The registration lasts as long as this object does.
_library: torch.library.Library | None = None


def _import_torchvision() -> None:
    global _library
    try:
        import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]
        _library = torch.library.Library("torchvision", "FRAGMENT")
        for schema in _SCHEMAS:
            _library.define(schema)
        import_module("torchvision")


def _import_d2l() -> ModuleType:
    _import_torchvision()
    return import_module("d2l.torch")


d2l = _import_d2l()
