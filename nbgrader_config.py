"""The course as nbgrader sees it, whatever the folder it is called in: `course/` beside this file."""

import os
import shutil
import sys
from pathlib import Path

from linreg_course.authoring.stubs import CODE_STUB, TEXT_STUB
from linreg_course.checking.deadline import CELL_SECONDS

c = get_config()  # noqa: F821  nbgrader puts it here

COURSE = Path(__file__).resolve().parent / "course"

c.CourseDirectory.root = str(COURSE)
c.CourseDirectory.course_id = "linreg-course"
# Ignored by git like all that is in there.
c.ExportPlugin.to = str(COURSE / "grades.csv")

# nbgrader calls alembic by name for a new gradebook; it lies beside this Python, activated or not.
if shutil.which("alembic") is None:
    os.environ["PATH"] = os.pathsep.join([os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent)])

c.ClearSolutions.code_stub = {"python": CODE_STUB}
c.ClearSolutions.text_stub = TEXT_STUB
c.GenerateAssignment.post_convert_hook = "linreg_course.authoring.release.add_other_language"

c.Execute.timeout = CELL_SECONDS
c.Execute.startup_timeout = CELL_SECONDS
c.Execute.iopub_timeout = 60

# A kernel that talks in plain text says so on stderr at every start.
c.KernelManager.transport_encryption = "auto"

# What a submission holds of HTML is shown as text.
c.HTMLExporter.filters = {"markdown2html": "linreg_course.grading.pages.markdown"}
# Whoever grades sees the rubric below each answer in words; feedback's page has none.
c.HTMLExporter.preprocessors = ["linreg_course.grading.rubrics.Rubrics"]

# A page of the course's own, from the gradebook and the verdicts.
c.GenerateFeedback.exporter_class = "linreg_course.grading.feedback.FeedbackExporter"
c.GenerateFeedback.preprocessors = []

# nbgrader's own lists, with the seeds recorded, the notebook run in a warm kernel, and the verdicts' scores put first.
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
    "linreg_course.grading.seeds.Seeds",
]
c.Autograde.autograde_preprocessors = [
    "linreg_course.grading.execute.WarmExecute",
    "linreg_course.grading.scores.Scores",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
