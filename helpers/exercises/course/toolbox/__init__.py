"""The toolbox, outside the sequence: arrays and matrices."""

from helpers.exercises.course.toolbox import centre_rows, curvature_along
from helpers.exercises.reading import lesson

LESSON = lesson("toolbox", __path__[0], centre_rows.EXERCISE, curvature_along.EXERCISE)
