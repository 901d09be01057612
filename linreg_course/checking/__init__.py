"""What a check is made of: observing an answer, judging what was seen, and showing the verdict."""
