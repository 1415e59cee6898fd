"""What Moodle and Canvas let teachers download, made here: archives of submissions, and the tables that want marks."""

import csv
import io
import zipfile
from datetime import datetime

WORKSHEET = [
    "Identifier",
    "Full name",
    "Email address",
    "Status",
    "Grade",
    "Maximum Grade",
    "Grade can be changed",
    "Last modified (submission)",
    "Last modified (grade)",
    "Feedback comments",
]
ARBEITSBLATT = [
    "ID",
    "Vollständiger Name",
    "E-Mail-Adresse",
    "Status",
    "Bewertung",
    "Bestwertung",
    "Bewertung kann geändert werden",
    "Zuletzt geändert (Abgabe)",
    "Zuletzt geändert (Bewertung)",
    "Feedback als Kommentar",
]
SUBMITTED = "Submitted for grading -  - "


def zipped(path, files, at=datetime(2026, 12, 1, 17, 0)):
    """Write an archive of files, by name: content, or (content, time), or ZipInfo: content."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            content, time = content if isinstance(content, tuple) else (content, at)
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name, time.timetuple()[:6])
            archive.writestr(info, content)
    return path


def moodle(name, number, file, kind="file"):
    """The path of a file in Moodle's archive."""
    return f"{name}_{number}_assignsubmission_{kind}_/{file}"


def canvas(name, number, file, late=False, upload=98765):
    """The path of a file in Canvas' archive."""
    return f"{name}{'_LATE' if late else ''}_{number}_{upload}_{file}"


def table(rows, bom="\ufeff", ends="\n", separator=",", encoding="utf-8"):
    """A table as PHP writes it: quoted where there is a blank."""
    text = io.StringIO(newline="")
    for row in rows:
        cells = [f'"{cell.replace(chr(34), chr(34) * 2)}"' if set(cell) & set(' ",;\n\t') else cell for cell in row]
        text.write(separator.join(cells) + ends)
    return (bom + text.getvalue()).encode(encoding)


def worksheet(learners, header=WORKSHEET, prefix="Participant ", most="7.00", **how):
    """Moodle's grading worksheet: learners are (number, name), with cells to replace by their column's place."""
    rows = []
    for number, name, cells in ((*learner, {})[:3] for learner in learners):
        row = [f"{prefix}{number}", name, f"{number}@example.org", SUBMITTED, "", most, "Yes", "-", "-", ""]
        rows.append([cells.get(place, cell) for place, cell in enumerate(row)])
    return table([header, *rows], **how)


def gradebook(learners, columns, points, **how):
    """Canvas' gradebook: learners are (id, name, cells of the columns)."""
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *columns, "Final Score"]
    rows = [[name, id, f"000{id}", f"login{id}", "Section 1", *cells, "12.34"] for id, name, cells in learners]
    return table([header, ["    Points Possible", "", "", "", "", *points, "(read only)"], *rows], bom="", **how)


def cells(content, separator=","):
    """The rows of a table in UTF-8."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator))
