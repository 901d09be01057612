"""Between a student's code and its grade: what it may do (the cage), and who says what it is worth (the judge)."""
