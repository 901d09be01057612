"""A submission as a file: read it, compare it with the release, run it afresh, and hand it in with a receipt.

In a notebook, `validate()` and `submit()` do what `linreg validate` and `linreg submit` do in a terminal.
"""

from __future__ import annotations

from linreg_course.handin.cell import submit, validate

__all__ = ["submit", "validate"]
