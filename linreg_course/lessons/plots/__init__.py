"""Figures and controls of the lessons, one module a subject; each figure comes with the words that describe it."""

from linreg_course.lessons.plots.labels import use_chinese_font

use_chinese_font()
