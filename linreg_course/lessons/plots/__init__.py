"""Figures and controls of the lessons, one module a subject; each figure comes with the words that describe it."""
