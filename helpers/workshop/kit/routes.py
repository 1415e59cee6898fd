"""Routes through the lessons, for the time that there is."""

from typing import NamedTuple


class Route(NamedTuple):
    """Meetings, each a row of lessons by number, and what is said of lessons that others build on and this leaves out.

    left_out: by the lesson that is left out, what the instructor says instead, or does with it.
    """

    meaning: str
    meetings: tuple[tuple[str, ...], ...]
    left_out: dict[str, str]


ROUTES = {
    "half-day": Route(
        "from the first slope to a descent that stops by itself, in a morning",
        (("00", "01", "05"),),
        {"04": "Before lesson 05 say: a loss is one number for how wrong a program is, here the mean squared error."},
    ),
    "full-day": Route(
        "a descent on a loss of your own choice, and the learning rate that it needs",
        (("00", "01", "04", "05", "06"),),
        {"02": "Before lesson 04 say: a gradient is checked against differences of the function at two near points."},
    ),
    "four-weeks": Route(
        "the whole course, two meetings a week",
        (
            *(("00", "01"), ("02", "03"), ("04", "05"), ("06", "07")),
            *(("08", "09"), ("10", "11"), ("12", "13"), ("14", "15")),
        ),
        {"toolbox": "Learners read the toolbox at home before the sixth meeting."},
    ),
}
