"""A table that another program wrote and will read again: it stays as it is, byte for byte, but for cells that are set.

Encoding, byte-order mark, separator, quoting and line ends are the table's own.
"""

import codecs
import re
from pathlib import Path

from helpers.ground import CannotGoOnError

BYTES = 20 * 1024 * 1024
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
NUMBER = re.compile(r"-?\d[\d.,' \u00a0\u202f]*")


class Sheet:
    """A table of a file. rows: its cells as text, the header first."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self.mark, self.encoding = next(
            ((mark, code) for mark, code in MARKS if content.startswith(mark)), (b"", "utf-8")
        )
        try:
            text = content[len(self.mark) :].decode(self.encoding)
        except UnicodeDecodeError:
            self.encoding = "cp1252"
            text = content.decode(self.encoding, "surrogateescape")
        self.separator = max(",;\t", key=(text.splitlines() or [""])[0].count)
        self._raw, self._ends = self._split(text)
        self.rows = [[_value(raw) for raw in row] for row in self._raw]

    def _split(self, text: str) -> tuple[list[list[str]], list[str]]:
        """Return the cells of each row as they are written, and how each row ends."""
        cell = re.compile(
            rf'("(?:[^"]|"")*"|[^"{self.separator}\r\n][^{self.separator}\r\n]*|)({self.separator}|\r\n|\n|\r|$)'
        )
        rows: list[list[str]] = [[]]
        ends: list[str] = []
        place = 0
        while place < len(text):
            found = cell.match(text, place)
            if not found:
                line = len(ends) + 1
                raise CannotGoOnError(
                    f"{self.name} is no table: in row {line} a quotation mark is open. Download it again."
                )
            rows[-1].append(found[1])
            place = found.end()
            if found[2] != self.separator:
                ends.append(found[2])
                rows.append([])
            elif place == len(text):
                rows[-1].append("")
        if not rows[-1]:
            rows.pop()
        return rows, ends

    def column(self, *names: str) -> int | None:
        """Return the place of the column with one of these names, whatever their case; None where there is none."""
        header = [value.strip().casefold() for value in self.rows[0]] if self.rows else []
        return next((header.index(name) for name in names if name in header), None)

    def cell(self, row: int, column: int | None) -> str:
        """Return a cell's text; nothing where there is none."""
        return self.rows[row][column].strip() if column is not None and column < len(self.rows[row]) else ""

    def set(self, row: int, column: int, text: str) -> None:
        """Change one cell; it is quoted where it was, where the header is, or where it must be."""
        if text == self.rows[row][column]:
            return
        raw = self._raw[row][column] or self._raw[0][column]
        needed = re.search(rf'[{self.separator}"\s]', text)
        self.rows[row][column] = text
        self._raw[row][column] = '"' + text.replace('"', '""') + '"' if needed or raw.startswith('"') else text

    def content(self) -> bytes:
        """Return the file."""
        ends = self._ends + [""] * (len(self._raw) - len(self._ends))
        text = "".join(self.separator.join(row) + end for row, end in zip(self._raw, ends, strict=True))
        errors = "surrogateescape" if self.encoding == "cp1252" else "strict"
        return self.mark + text.encode(self.encoding, errors)

    def has_decimal_comma(self, column: int | None) -> bool:
        """Whether the numbers of a column have a comma where others have a point."""
        return any(re.fullmatch(r"-?\d+,\d{1,2}", self.cell(row, column)) for row in range(1, len(self.rows)))


def read(path: Path) -> Sheet:
    """Return the table of a file. Raises CannotGoOnError."""
    try:
        if path.stat().st_size > BYTES:
            raise CannotGoOnError(f"{path} has more than {BYTES:,} bytes: is it the table that you downloaded?")
        sheet = Sheet(path.name, path.read_bytes())
    except OSError as error:
        raise CannotGoOnError(f"{path} cannot be read ({error.strerror}).") from error
    if len(sheet.rows) < 2:
        raise CannotGoOnError(f"{path} has no rows: download the table again, as CSV.")
    return sheet


def points(text: str) -> float | None:
    """Return the number that a cell shows, with a decimal point or comma; None where it shows none."""
    if not NUMBER.fullmatch(text):
        return None
    whole, _, part = re.sub(r"[' \u00a0\u202f]", "", text).replace(",", ".").rpartition(".")
    try:
        return float(f"{whole.replace('.', '')}.{part}" if whole else part)
    except ValueError:
        return None


def _value(raw: str) -> str:
    return raw[1:-1].replace('""', '"') if raw.startswith('"') else raw
