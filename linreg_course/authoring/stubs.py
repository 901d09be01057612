"""What stands in a released notebook where the source has a solution; `nbgrader_config.py` takes it from here."""

from __future__ import annotations

CODE_STUB = "raise NotImplementedError"

# One text for both languages, and in neither: nbgrader takes the checksum of an untouched answer from one of them.
TEXT_STUB = "✎ …"
