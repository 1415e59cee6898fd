"""Lesson 00, start here."""

from helpers.exercises.reading import lesson

LESSON = lesson("00_start_here", __path__[0])
