"""How far something is, as a learner reads it: a mark and a word."""

from __future__ import annotations

from linreg_course.language import Text

DONE, NEXT, OPEN = Text(en="✓ done", zh="✓ 已完成"), Text(en="→ next", zh="→ 下一个"), Text(en="· open", zh="· 未完成")
