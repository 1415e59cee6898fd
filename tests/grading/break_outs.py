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

def files_below(place):
    for folder, folders, names in os.walk(place):
        folders[:] = {*folders} - {"proc", "sys", "usr", "site-packages", "node_modules"}  # no lesson is there
        yield from (Path(folder, name) for name in names)


places = [Path(COURSE), Path(helpers.__file__).parents[1], Path.home(), Path("/tmp"), *list(Path.cwd().parents)[:4]]
wanted = [b"BEGIN " + b"HIDDEN TESTS", b"BEGIN " + b"SOLUTION"]
for place in places:
    files = files_below(place)
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

for name in ("05_gradient_descent.ipynb", "feedback.html", "timestamp.txt"):
    try:
        if INSIDE(Path.cwd()):
            Path(name).unlink(missing_ok=True)
            os.symlink(Path(COURSE, "source", "05_gradient_descent", "05_gradient_descent.ipynb"), name)
    except OSError as error:
        print(error)""",
    "writes-into-the-shared-folder": """\
import os
from pathlib import Path

if hasattr(os, "uname") and os.uname().nodename == "sandbox":
    for place in [line.split()[4] for line in open("/proc/self/mountinfo") if line.split()[4].endswith("/k")]:
        for harm in (
            lambda: Path(place, "folder").mkdir(),
            lambda: os.chmod(place, 0),
            lambda: os.unlink(Path(place, "kernel.json")),
            lambda: os.symlink(COURSE, Path(place, "link")),
        ):
            try:
                harm()
                found.append(f"changed {place}")
            except OSError as error:
                print(error)""",
    "takes-memory-that-no-limit-sees": """\
import ctypes
import sys

if sys.platform == "linux":
    libc = ctypes.CDLL(None)
    for name, *arguments in (
        ("memfd_create", b"mine", 0),
        ("shmget", 0, 4096, 0o1600),
        ("mq_open", b"/mine", 0o102, 0o600, None),
    ):
        if getattr(libc, name)(*arguments) != -1:
            found.append(f"was allowed {name}")""",
    "makes-namespaces": """\
import ctypes
import subprocess
import sys

if sys.platform == "linux":
    for kind in (0x10000000, 0x10020000, 0x00020000, 0x08000000):
        code = f"import ctypes, sys; sys.exit(ctypes.CDLL(None).unshare({kind}) == 0)"
        if subprocess.run([sys.executable, "-c", code]).returncode:
            found.append(f"made namespaces {kind:#x}")""",
    "makes-countless-files": """\
import os
from itertools import count
from pathlib import Path

if hasattr(os, "uname") and os.uname().nodename == "sandbox":
    os.mkdir("/dev/shm/many")
    for number in count():
        try:
            Path("/dev/shm/many", str(number)).touch()
        except OSError as error:
            print(number, error)
            break
        if number > 50_000:
            found.append(f"made {number} files in memory")
            break""",
}

# In an own cell behind the setup: messages that no kernel sends, for the process outside that reads them.
MESSAGES = {
    "message-without-signature": "channel.send_multipart([b'x', b'<IDS|MSG>', b'bad', b'{}', b'{}', b'{}', b'{}'])",
    "message-without-state": "send('status', {})",
    "message-without-name": "send('stream', {'text': 5})",
    "result-that-is-none": "send('execute_result', {'execution_count': {'a': 1}, 'data': 5, 'metadata': 7})",
    "widget-without-state": "send('comm_open', {'comm_id': 'x', 'data': {'state': 5}})",
    "endless-buffers": "for _ in range(60):\n    send('comm_msg', {'comm_id': 'x'}, buffers=[bytes(2**20)])",
    "picture-that-is-a-script": "send('display_data', {'data': {'image/png': '\">" + "<script>alert(1)</script>'}})",
}
MESSAGE = """\
kernel = get_ipython().kernel
channel = kernel.iopub_thread


def send(kind, content, buffers=None):
    kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent(), buffers=buffers)


"""
