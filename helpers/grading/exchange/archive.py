"""What an export holds, a zip archive or a folder: its files by their paths, none of them trusted, none written.

No path leads out of it, no link is followed, nothing is unpacked that is locked, nested or larger than it may be.
"""

import contextlib
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from helpers.grading.handing_in import files
from helpers.grading.handing_in.files import IGNORED
from helpers.grading.handing_in.reading import RefusedError
from helpers.grading.text import shown
from helpers.ground import CannotGoOnError

MIB = 1024 * 1024
ENTRIES, FILE, ALL = 20_000, 100 * MIB, 4096 * MIB
UTF8, LOCKED = 0x800, 0x1  # flags of an entry
EXTENDED_TIME = 0x5455  # an extra field with seconds since 1970; the usual time has no zone and even seconds
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


class Item(NamedTuple):
    """A file or folder of an export, by the parts of its path. wrong: why it cannot be taken, or nothing."""

    parts: tuple[str, ...]
    is_folder: bool
    time: datetime | None
    wrong: str
    open: Callable[[], bytes]

    @property
    def name(self) -> str:
        """Its path as people read it."""
        return shown("/".join(self.parts))

    def read(self) -> bytes:
        """Return what it holds. Raises RefusedError."""
        if self.wrong:
            raise RefusedError(self.wrong)
        try:
            return self.open()
        except _BROKEN as error:
            raise RefusedError(f"it is damaged ({type(error).__name__})") from error


@contextlib.contextmanager
def opened(export: Path) -> Iterator[list[Item]]:
    """Yield what an export holds. Raises CannotGoOnError for what is none, or is too much."""
    if export.is_dir():
        yield _limited(export, _in_folder(export))
    elif not export.exists():
        raise CannotGoOnError(f"There is no {export}: give the archive that your system let you download.")
    else:
        try:
            with zipfile.ZipFile(export) as archive:
                if sum(info.file_size for info in archive.infolist()) > ALL:
                    raise CannotGoOnError(f"{export} unpacks to more than {ALL // MIB:,} MiB: is it the right one?")
                yield _limited(export, map(lambda info: _zipped(archive, info), archive.infolist()))
        except (zipfile.BadZipFile, NotImplementedError) as error:
            again = "download it again, or unpack it yourself and give the folder"
            raise CannotGoOnError(f"{export} is no zip archive that can be read ({error}): {again}.") from error


def _limited(export: Path, found: Iterator[Item]) -> list[Item]:
    items = []
    for item in found:
        if not IGNORED.intersection(item.parts):
            items.append(item)
        if len(items) > ENTRIES:
            raise CannotGoOnError(f"{export} holds more than {ENTRIES:,} files and folders: is it the right one?")
    return items


# Zip archives


def _zipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Item:
    name = _name(info)
    parts = tuple(part for part in name.replace("\\", "/").split("/") if part not in ("", "."))
    return Item(parts, info.is_dir(), _written(info), _against(info, name, parts), lambda: archive.read(info))


def _name(info: zipfile.ZipInfo) -> str:
    """Return the name of an entry; many programs write UTF-8 without saying so."""
    if info.flag_bits & UTF8:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _against(info: zipfile.ZipInfo, name: str, parts: tuple[str, ...]) -> str:
    if name.startswith(("/", "\\")) or ".." in parts or (parts and parts[0][1:2] == ":"):
        return "its path leads out of the export"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "it is a link"
    if info.flag_bits & LOCKED:
        return "it is locked with a password"
    if info.file_size > FILE:
        return f"it has {info.file_size:,} bytes, more than {FILE:,}"
    return ""


def _written(info: zipfile.ZipInfo) -> datetime | None:
    """Return when an entry was written: of times without a zone this machine's is taken."""
    extra = info.extra
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        if kind == EXTENDED_TIME and size >= 5 and len(extra) >= 9 and extra[4] & 1:
            return datetime.fromtimestamp(struct.unpack("<l", extra[5:9])[0], UTC)
        extra = extra[4 + size :]
    try:
        return datetime(*info.date_time).astimezone(UTC) if info.date_time[0] > 1980 else None
    except (ValueError, OverflowError):
        return None


# Folders


def _in_folder(export: Path) -> Iterator[Item]:
    for place, folders, names in os.walk(export):
        here = Path(place)
        for name in sorted(folders) + sorted(names):
            path = here / name
            found = path.lstat()
            is_folder = stat.S_ISDIR(found.st_mode)
            time = datetime.fromtimestamp(found.st_mtime, UTC)
            yield Item(path.relative_to(export).parts, is_folder, time, _odd(found), _reader(path))


def _odd(found: os.stat_result) -> str:
    if stat.S_ISLNK(found.st_mode):
        return "it is a link"
    if not stat.S_ISDIR(found.st_mode) and not stat.S_ISREG(found.st_mode):
        return "it is no file"
    return f"it has {found.st_size:,} bytes, more than {FILE:,}" if found.st_size > FILE else ""


def _reader(path: Path) -> Callable[[], bytes]:
    return lambda: files.read(path, FILE)
