"""What each command takes. Standard library only, because this is read before anything is installed."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path

TRUST = "--i-trust-every-submission"


def frameworks(parser: ArgumentParser) -> None:
    """Add what `frameworks` takes."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="a system, such as torch or jax; none for all")
    parser.add_argument("--record", action="store_true", help="for authors: keep what agrees for the lesson")


def reset(parser: ArgumentParser) -> None:
    """Add what `reset` takes."""
    parser.add_argument("lessons", nargs="+", metavar="LESSON", help="a lesson by its number or name: 06")


def agenda(parser: ArgumentParser) -> None:
    """Add what `agenda` takes."""
    parser.add_argument("what", nargs="+", metavar="WHAT", help="a route (half-day, full-day, four-weeks), or lessons")
    parser.add_argument("--at", type=clock, default="9:00", metavar="TIME", help="when it begins (%(default)s)")
    parser.add_argument("--html", type=Path, metavar="FILE", help="also write a page with a clock")


def solved(parser: ArgumentParser) -> None:
    """Add what `solved` takes."""
    parser.add_argument("--name", default="", help="who the page is about")


def assignment(parser: ArgumentParser) -> None:
    """Add what `assignment` takes."""
    parser.add_argument("--lessons", nargs="+", required=True, metavar="NN", help="lessons by number: 05 06 10")
    parser.add_argument("--seed", type=seed, required=True, help="draws the cohort's numbers; keep it secret")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to make")
    parser.add_argument("--due", metavar="DATE", help="2026-12-01, or '2026-12-01 18:00 +01:00'")


def grade(parser: ArgumentParser) -> None:
    """Add what `grade` takes."""
    parser.add_argument("course", type=Path, metavar="DIR", help="the course folder that assignment made")
    parser.add_argument(
        "--from",
        action="append",
        default=[],
        type=Path,
        dest="exports",
        metavar="EXPORT",
        help="take in what Moodle or Canvas let you download: an archive or a folder, once for each",
    )
    parser.add_argument(
        "--into",
        action="append",
        default=[],
        type=Path,
        dest="tables",
        metavar="TABLE",
        help="write marks into a copy of Moodle's worksheet or of Canvas' gradebook",
    )
    parser.add_argument("--at-once", type=count, metavar="N", help="submissions at once (one a core)")
    parser.add_argument("--seconds", type=amount, default=150, help="for one submission (%(default)s)")
    parser.add_argument("--cell-seconds", type=amount, default=30, help="for one cell (%(default)s)")
    parser.add_argument("--memory", type=count, default=1024, metavar="MIB", help="for one (%(default)s)")
    parser.add_argument("--cluster", metavar="ADDRESS", help="run on a Dask cluster: tcp://host:8786")
    parser.add_argument("--again", action="store_true", help="run also what is known already")
    parser.add_argument(TRUST, action="store_true", dest="trusted", help="run without a sandbox, as yourself")


def workshop(parser: ArgumentParser) -> None:
    """Add what `workshop` takes."""
    parser.add_argument("names", nargs="?", type=Path, metavar="NAMES", help="a file with a name in each line")
    parser.add_argument("--lesson", default="00", metavar="NN", help="the lesson that opens (%(default)s)")
    parser.add_argument("--port", type=count, default=8000, help="where the room listens (%(default)s)")
    parser.add_argument("--open", action="store_true", help="to the network; without it, to this machine alone")
    parser.add_argument("--host", metavar="NAME", help="this machine's name or address on the slips")
    parser.add_argument("--cert", type=Path, metavar="FILE", help="a certificate for that name")
    parser.add_argument("--key", type=Path, metavar="FILE", help="its key")
    parser.add_argument("--self-made", action="store_true", help="a certificate that browsers warn of")
    parser.add_argument("--no-tls", action="store_true", help="no encryption: anyone can read along")
    parser.add_argument("--memory", type=count, default=1024, metavar="MIB", help="for one seat (%(default)s)")
    parser.add_argument("--home", type=count, default=512, metavar="MIB", help="of disk for one seat (%(default)s)")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="where the room keeps what stays (workshop/)")
    parser.add_argument("--collect", action="store_true", help="write every workbook to an archive, and end")
    parser.add_argument("--reset", nargs="+", metavar="NN", help="lay lessons afresh in every workbook, and end")
    parser.add_argument("--pack-proxy", type=Path, metavar="WHEELS", help="for a room without a network, and end")
    parser.add_argument(
        "--names-agreed", action="store_true", help="the board tells the instructor who is stuck; ask the room first"
    )
    parser.add_argument(
        "--no-prespawn", action="store_false", dest="prespawn", help="start a seat when its learner signs in"
    )


def execute(parser: ArgumentParser) -> None:
    """Add what `execute` takes."""
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="a lesson by its number or name; none for all")


def site(parser: ArgumentParser) -> None:
    """Add what `site` takes."""
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="a lesson by its number or name; none for all")
    parser.add_argument("--out", type=Path, metavar="DIR", help="the folder to make (site, beside start.py)")


def new(parser: ArgumentParser) -> None:
    """Add what `new` makes, and what that takes."""
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="lesson|exercise")
    lesson = kinds.add_parser("lesson", help="a lesson that runs, and says what is to do in it", allow_abbrev=False)
    lesson.add_argument("name", metavar="NAME", help="such as 12_training_a_network, or without the number")
    exercise = kinds.add_parser("exercise", help="an exercise at the end of a lesson", allow_abbrev=False)
    exercise.add_argument("lesson", metavar="LESSON", help="the lesson that asks it: 06")
    exercise.add_argument("id", metavar="ID", help="its name, such as adam-step")


def seed(text: str) -> int:
    """Read the number that an assignment is drawn from."""
    if int(text) < 0:
        raise ArgumentTypeError("the seed must not be negative")
    return int(text)


def count(text: str) -> int:
    """Read a number of things."""
    amount(text)
    return int(text)


def amount(text: str) -> float:
    """Read an amount."""
    if not float(text) > 0:
        raise ArgumentTypeError("numbers must be greater than 0")
    return float(text)


def clock(text: str) -> int:
    """Read a time of the day, 9:30; return the minutes since midnight."""
    hours, _, minutes = text.partition(":")
    if not (hours.isdecimal() and minutes.isdecimal() and int(hours) < 24 and int(minutes) < 60):
        raise ArgumentTypeError(f"write the time like 9:30, not {text}")
    return 60 * int(hours) + int(minutes)
