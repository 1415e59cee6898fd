"""A workbook as one archive, for its owner to take home. It runs in her seat: what she links to is only hers."""

import io
import os
import stat
import zipfile
from pathlib import Path

MOST = 256 * 2**20  # bytes of all files together


def pack(folder: Path) -> bytes:
    """Return a zip of the plain files of a folder, hidden ones left out; those beyond MOST are named in it instead."""
    packed, left = io.BytesIO(), []
    room = MOST
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(_files(folder)):
            name = path.relative_to(folder).as_posix()
            size = path.lstat().st_size
            if size > room:
                left.append(f"{name}: {size} bytes")
                continue
            room -= size
            archive.writestr(zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), path.read_bytes())
        if left:
            archive.writestr("left-out.txt", "\n".join(["These were too large to be packed:", *left, ""]))
    return packed.getvalue()


def _files(folder: Path) -> list[Path]:
    found = []
    for above, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = [Path(above, name) for name in names if not name.startswith(".")]
        found += [path for path in paths if stat.S_ISREG(path.lstat().st_mode)]
    return found
