"""The code of break-outs, by the student's name. Each text is a cell of a notebook; nothing here runs it.

None of it can hurt the machine on which it runs by mistake without a sandbox: files that it makes are empty, files that
it changes lie in the course folder of the proof, processes end by themselves, and connections go to the loopback.
"""

# In an own cell, behind the first check.
HISTORY = """\
for text in [*In, *(row[2] for row in get_ipython().history_manager.get_range(raw=True))]:
    print(text)
import sys

for name, value in list(globals().items()):
    if getattr(value, "__code__", None) is not None:
        print(name, value.__code__.co_names, value.__code__.co_consts)"""

# They append to `found` what a sandbox must not let them see or do. COURSE, TOKEN, PORT and SECRET are set above them;
# INSIDE(path) says whether a file may be changed: any in the sandbox, else those of the course folder alone.
BREAK_OUTS = {
    "writes-into-the-gradebook": """\
import os
import sqlite3
from pathlib import Path

places = [Path(COURSE), *Path.cwd().parents]
for path in [place / "gradebook.db" for place in places]:
    try:
        if path.exists() and INSIDE(path):
            with sqlite3.connect(path, timeout=1) as gradebook:
                gradebook.execute("UPDATE grade SET auto_score = 396, manual_score = 396, needs_manual_grade = 0")
            found.append(f"wrote into {path}")
    except (OSError, sqlite3.Error) as error:
        print(error)""",
    "edits-a-neighbour": """\
from pathlib import Path

for place in (Path(COURSE, "submitted"), Path.cwd().parent.parent, Path(COURSE, "autograded")):
    for path in place.glob("*/*/*.ipynb"):
        if path.resolve().parent == Path.cwd() or not INSIDE(path):
            continue
        try:
            with path.open("a") as file:
                file.write(TOKEN)
            found.append(f"wrote into {path}")
        except OSError as error:
            print(error)""",
    "reads-hidden-tests-and-solutions": """\
import os
from itertools import islice
from pathlib import Path

import helpers

places = [Path(COURSE), Path(helpers.__file__).parents[1], Path.home(), Path("/tmp"), *list(Path.cwd().parents)[:4]]
wanted = [b"BEGIN " + b"HIDDEN TESTS", b"BEGIN " + b"SOLUTION"]
for place in places:
    files = (Path(folder, name) for folder, _, names in os.walk(place) for name in names)
    lessons = (path for path in files if path.suffix == ".ipynb" and path.name[:2].isdigit())
    for path in islice(lessons, 2000):
        try:
            text = path.read_bytes()[:10**7]
        except OSError:
            continue
        if any(word in text for word in wanted):
            print(path)
            found.append(f"read {path}")""",
    "reads-the-environment": """\
import os
from pathlib import Path

if SECRET in os.environ:
    found.append(f"read {SECRET}")
for name in sorted(os.environ):
    print(name)
for path in Path("/proc").glob("[0-9]*/environ"):
    try:
        if SECRET.encode() in path.read_bytes():
            found.append(f"read {path}")
    except OSError as error:
        print(error)""",
    "lists-processes": """\
from pathlib import Path

for path in Path("/proc").glob("[0-9]*/cmdline"):
    try:
        words = path.read_bytes().split(b"\\0")
    except OSError:
        continue
    print(words[:3])
    if b"pytest" in words or b"autograde" in words or b"start.py" in words:
        found.append(f"saw {words[:4]}")""",
    "connects-to-the-loopback": """\
import socket

for host in ("127.0.0.1", "::1", "localhost"):
    try:
        with socket.create_connection((host, PORT), timeout=2) as connection:
            connection.sendall(TOKEN.encode())
        found.append(f"connected to {host}")
    except OSError as error:
        print(error)""",
    "sees-the-network": """\
import socket

for number, name in socket.if_nameindex():
    if name != "lo":
        found.append(f"saw the network interface {name}")""",
    "writes-anywhere": """\
import os
from pathlib import Path

import helpers

course = Path(helpers.__file__).parents[1]
places = [Path.home(), Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), course, course / "helpers"]
places += [Path(COURSE), Path(COURSE, "submitted"), Path(COURSE, "source"), Path(COURSE, "release")]
for place in [*places, *Path.cwd().parents]:
    try:
        (place / f"written-{TOKEN}").touch()
        print(place)
    except OSError as error:
        print(error)
try:
    with open(helpers.__file__, "a"):
        found.append("may write into the course")
except OSError as error:
    print(error)""",
    "leaves-a-process-behind": """\
import subprocess
import sys

code = "import os, time\\nif os.fork() == 0:\\n    os.setsid()\\n    time.sleep(600)"
subprocess.Popen([sys.executable, "-c", code, f"{TOKEN}-stays"], start_new_session=True)""",
    "leaves-a-child-of-the-kernel-behind": """\
import os
import subprocess
import sys

command = [sys.executable, "-c", "import time; time.sleep(600)", f"{TOKEN}-stays"]
if hasattr(os, "posix_spawn"):
    os.posix_spawn(sys.executable, command, dict(os.environ), setpgroup=0)
else:
    subprocess.Popen(command)""",
    "writes-into-its-own-notebook": """\
from pathlib import Path

for path in [*Path.cwd().glob("*.ipynb"), *Path.cwd().parent.glob("*.ipynb")]:
    try:
        if INSIDE(path):
            path.write_text("{}")
    except OSError as error:
        print(error)""",
    "plants-a-link": """\
import os
from pathlib import Path

for name in ("04_gradient_descent.ipynb", "feedback.html", "timestamp.txt"):
    try:
        if INSIDE(Path.cwd()):
            Path(name).unlink(missing_ok=True)
            os.symlink(Path(COURSE, "source", "04_gradient_descent", "04_gradient_descent.ipynb"), name)
    except OSError as error:
        print(error)""",
}
