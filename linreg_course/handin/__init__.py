"""A submission as a file: read it, compare it with the release, run it afresh, and hand it in with a receipt."""

from __future__ import annotations

from linreg_course.handin.preflight import Preflight, validate

__all__ = ["Preflight", "validate"]
