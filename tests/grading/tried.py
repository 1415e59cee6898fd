"""What a first-time teacher and an attacker tried on grading, submissions of lesson 05 with many faults in each.

A submission costs the proof two seconds and a fault next to nothing, so that faults which do not hide one another share
one: a break-out appends to `found` what it should not have had, and is named in the answer's error.
"""

from collections.abc import Iterator
from pathlib import Path

from grading import harm
from grading.attacks import INSIDE, NOTHING, seen_or_nothing, wrong
from grading.break_outs import MESSAGE
from grading.cases import ANY, GRADED, PARTLY, SUSPICIOUS, Case, Expected, Graded, after, cell_of, handed_in, no_harm
from grading.damages import RIGHT, SIGNATURE, STEP, guarded

from helpers.cells import SETUP

# Each of these would find something if the sandbox were open; SANDBOXED says whether the code is in one at all.
BREAK_OUTS = {
    "reaches-for-other-networks": {
        "abstract sockets": """\
for line in open("/proc/net/unix"):
    name = line.split()[-1]
    if name.startswith("@"):
        found.append(f"saw {name}")""",
        "vsock": """\
with socket.socket(40, socket.SOCK_STREAM) as line:
    line.settimeout(1)
    for host in (0, 1, 2):
        if line.connect_ex((host, 22)) == 0:
            found.append(f"connected to machine {host}")""",
        "raw packets": 'socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)\nfound.append("made raw packets")',
        "frames": 'socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3)\nfound.append("made frames")',
        "names": 'found.append(socket.getaddrinfo("example.org", 80))',
        "routes": """\
if len(open("/proc/net/route").readlines()) > 1:
    found.append("saw a way out")""",
        "datagrams": """\
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
    line.sendto(b"x", ("192.0.2.1", 53))
    found.append("sent a datagram")""",
    },
    "reaches-for-other-processes": {
        "roots": """\
for path in Path("/proc").glob("[0-9]*/root"):
    if SANDBOXED and (path / COURSE.lstrip("/") / "gradebook.db").exists():
        found.append(f"saw the gradebook through {path}")""",
        "environments": """\
for path in Path("/proc").glob("[0-9]*/environ"):
    with suppress(OSError):
        if SECRET.encode() in path.read_bytes():
            found.append(f"read {path}")""",
        "open files": """\
for path in Path("/proc").glob("[0-9]*/fd/*"):
    with suppress(OSError):
        if SANDBOXED and os.readlink(path).startswith(COURSE):
            found.append(f"saw {os.readlink(path)}")""",
        "priorities": 'os.setpriority(os.PRIO_PROCESS, 0, -5)\nfound.append("comes before others")',
        "bounds": """\
import resource

soft, hard = resource.getrlimit(resource.RLIMIT_NPROC)
resource.setrlimit(resource.RLIMIT_NPROC, (hard + 1, hard + 1))
found.append("raised its own bound")""",
    },
    "asks-linux-for-more": {
        "another user": 'os.setuid(0)\nfound.append("is root")',
        "programs that run as root": """\
for place in ("/usr/bin", "/bin", "/usr/sbin"):
    for path in Path(place).glob("*"):
        if SANDBOXED and path.is_file() and path.stat().st_mode & 0o4000:
            done = subprocess.run([path, "--help"], stdin=subprocess.DEVNULL, capture_output=True, timeout=5)
            status = Path("/proc/self/status").read_text()
            if "NoNewPrivs:\\t1" not in status:
                found.append(f"{path} may run as root")
            break""",
        "keys into a terminal": """\
for place in ("/dev/tty", "/dev/console", "/dev/stdin"):
    with suppress(OSError):
        with open(place, "rb") as terminal:
            fcntl.ioctl(terminal, 0x5412, b"x")
            found.append(f"typed into {place}")""",
        "files of the kernel": """\
if os.getuid() > 2**30:  # an id that grading gave away as root
    Path("/proc/self/oom_score_adj").write_text("-1")
    found.append("outlives its grader where memory is short")""",
        "devices": """\
for kind, number in (("block", os.makedev(254, 0)), ("memory", os.makedev(1, 1))):
    with suppress(OSError):
        if SANDBOXED:
            os.mknod("/tmp/device", 0o600 | (0o060000 if kind == "block" else 0o020000), number)
            found.append(f"made a device of {kind}")""",
        "chroot": 'os.chroot("/tmp")\nfound.append("moved its root")',
        "start-up files of Python": """\
for place in [*sys.path, sys.prefix, str(Path(sys.executable).parent)]:
    for name in ("sitecustomize.py", "usercustomize.py", "a.pth"):
        with suppress(OSError):
            if SANDBOXED and place and not Path(place).is_relative_to("/tmp"):
                Path(place, name).touch()
                found.append(f"wrote {name} into {place}")""",
        "rare calls": """\
libc = ctypes.CDLL(None)
for name, *arguments in (
    ("syscall", 321, 0, None, 0), ("syscall", 298, None, 0, -1, -1, 0), ("syscall", 323, 0), ("syscall", 425, 1, None),
    ("syscall", 304, -1, None, 0), ("ptrace", 0, 0, 0, 0), ("sethostname", b"x", 1), ("swapon", b"/tmp/x", 0),
    ("acct", b"/tmp/x"), ("mount", b"none", b"/tmp", b"tmpfs", 0, None), ("umount2", b"/tmp", 0), ("setns", 0, 0),
):
    if SANDBOXED and platform.machine() == "x86_64" and getattr(libc, name)(*arguments) >= 0:
        found.append(f"was allowed {name} {arguments[0]}")""",
    },
    "leaves-things-behind": {
        "a stopped child": """\
if SANDBOXED:
    stopped = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", f"{TOKEN}-stays"])
    os.kill(stopped.pid, signal.SIGSTOP)""",
        "a child that hears no signal": """\
code = "import signal, time; [signal.signal(n, signal.SIG_IGN) for n in (1, 2, 15)]; time.sleep(600)"
if SANDBOXED:
    subprocess.Popen([sys.executable, "-c", code, f"{TOKEN}-stays"], start_new_session=True)""",
        "a last word": """\
import atexit

for place in (Path("/tmp"), Path.home(), Path(COURSE), Path(COURSE).parent):
    if SANDBOXED:
        atexit.register(lambda place=place: (place / f"written-{TOKEN}").touch())""",
        "a name beyond its folder": """\
if SANDBOXED:
    os.symlink("/", "way")
    with suppress(OSError):
        Path("way", COURSE.lstrip("/"), f"written-{TOKEN}").touch()
        found.append("wrote through a link")""",
    },
}
IMPORTS = """\
import ctypes, fcntl, os, platform, signal, socket, subprocess, sys
from contextlib import suppress
from pathlib import Path

SANDBOXED = hasattr(os, "uname") and os.uname().nodename == "sandbox"
"""

# All answers are wrong. These replace what grading might call; together they must not earn a point without a trace.
PATCHES = {
    "errors-of-another-kind": """\
import asyncio
import bdb
import builtins


class Quiet(BaseException):
    pass


builtins.AssertionError = AssertionError = Quiet
get_ipython().set_custom_exc((Quiet, bdb.BdbQuit, asyncio.CancelledError), lambda *arguments: None)""",
    "at-odd-moments": """\
import gc
import signal
import sys
import threading


def later(*arguments):
    for name in ("gradient_step", "gradient_descent", "has_converged", "kind_of_stop"):
        user = get_ipython().user_ns
        if name in user and user.get("wanted") is None:
            user["wanted"] = lambda *arguments: None


signal.signal(signal.SIGALRM, later)
signal.setitimer(signal.ITIMER_REAL, 0.2, 0.2)
get_ipython().events.register("pre_run_cell", later)


class Importing:
    def find_spec(self, name, path=None, target=None):
        later()


sys.meta_path.insert(0, Importing())""",
    "code-in-place-of-code": """\
from helpers.exercises import checking, judging


def nothing(exercise, answer):
    return None


for module in (checking, judging):
    for name, value in list(vars(module).items()):
        if getattr(value, "__code__", None) is not None and value.__code__.co_argcount == 2:
            try:
                value.__code__ = nothing.__code__
            except ValueError as error:
                print(error)""",
}

# Settings that somebody may like; none of them makes an answer wrong.
SETTINGS = """\
import io, locale, os, random, sys, warnings

np.seterr(all="raise")
np.set_printoptions(precision=1, suppress=True)
np.random.seed(0)
random.seed(0)
warnings.simplefilter("error")
os.chdir("/tmp")
os.environ["LANG"] = "de_DE"
sys.setrecursionlimit(500)
sys.stdout, said = io.StringIO(), sys.stdout
print("nobody reads this")
sys.stdout = said
try:
    locale.setlocale(locale.LC_ALL, "de_DE.UTF-8")
except locale.Error as error:
    print(error)"""

# Right answers in ways of one's own, an exercise each.
STYLES = {
    "gradient_step": "%%time\n" + RIGHT,
    "gradient_descent": """\
def one_path(grad, w0, lr, steps):
    w, path = w0, [w0]
    while len(path) <= steps:
        path.append(w := w - lr * grad(w))
    return np.stack(path)


gradient_descent = lambda grad, w0, lr, steps: one_path(grad=grad, w0=w0, lr=lr, steps=steps)  # noqa: E731""",
    "stopping_rule": """\
def has_converged(grad: np.ndarray, tolerance: "float", *, ε=0.0) -> bool:
\t'''Ist der Gradient klein genug?'''
\treturn np.sqrt((np.asarray(grad, dtype=float) ** 2).sum()) < tolerance""",
    "kind_of_stop": """\
class Kind:
    def __call__(self, grad, curvatures, tolerance):
        if np.linalg.norm(grad) >= tolerance:
            return "not yet"
        up, down = (np.asarray(curvatures) > 0), (np.asarray(curvatures) < 0)
        names = {(True, False): "minimum", (False, True): "maximum"}
        return names.get((up.all(), down.all()), "saddle" if up.any() and down.any() else "undecided")


kind_of_stop = Kind()""",
}
OTHER_STYLES = {
    "gradient_step": "from operator import mul, sub\n\ngradient_step = lambda w, grad, lr: sub(w, mul(lr, grad))",
    "gradient_descent": """\
def gradient_descent(grad, w0, lr, steps):
    # ruft sich selbst auf
    if not steps:
        return np.array([w0])
    return np.concatenate([[w0], gradient_descent(grad, w0 - lr * grad(w0), lr, steps - 1)])""",
    "stopping_rule": "small = lambda g, t: max(abs(np.linalg.norm(g)), 0) < t\nhas_converged = small",
}

BLOCKS = """\
import asyncio
import time

asyncio.get_event_loop().call_later(0.01, time.sleep, 10**6)"""

# What these do to their own kernel, an exercise each: what is behind it, and what another exercise does, still counts.
HARMS = {
    "stops-jumps-and-breaks": {
        "gradient_step": "import os, signal\n\nos.kill(os.getpid(), signal.SIGSTOP)",
        "gradient_descent": "import os, sys\n\nos.execv(sys.executable, [sys.executable, '-c', 'pass'])",
    },
    "closes-all-it-has": {
        "gradient_step": "import os\n\nos.closerange(3, 512)",
        "gradient_descent": "import ctypes\n\nctypes.string_at(0)",
    },
    "signs-with-another-key": {"gradient_descent": "get_ipython().kernel.session.key = b'another'\nreturn None"},
}
SIGNATURES = {
    "gradient_step": SIGNATURE,
    "gradient_descent": "def gradient_descent(grad, w0, lr, steps):\n",
}

# Behind the first exercise: much, and in depth, for the process outside that reads it.
MESSAGES = {
    "messages-in-depth": """\
nested = []
for _ in range(500):
    nested = [nested]
send("display_data", {"data": {"text/plain": nested}, "metadata": {"deep": nested}})
for number in range(3000):
    send("stream", {"name": "stdout", "text": str(number)})
send("error", {"ename": {"not": "text"}, "evalue": 5, "traceback": "<script>alert(1)</script>"})
send("clear_output", {"wait": "never"})
send("update_display_data", {"data": {}, "transient": {"display_id": ["none"]}})""",
    "messages-that-weigh": """\
kernel.session.send(kernel.iopub_socket, "stream", {"name": "stdout", "text": "x"}, parent=kernel.get_parent(),
                    metadata={"much": "x" * (64 * 2**20)})
send("stream", {"name": "stdout", "text": "x" * (24 * 2**20)})""",
}

# What checks in the learner's own interpreter did not stop, and a judge outside does.
STOPPED = {
    "fills-lists-as-memory-is-collected": """\
import gc


def fill(phase, info):
    for frame in [sys._getframe(depth) for depth in range(1, 12) if _deep(depth)]:
        names = frame.f_locals
        if frame.f_code.co_name == "hidden_probes" and "conventions" in names:
            names["got"][:] = [[want] for want, _ in names["conventions"][0]]


def _deep(depth):
    try:
        sys._getframe(depth + 1)
    except ValueError:
        return False
    return True


import sys

gc.set_threshold(100)
gc.callbacks.append(fill)""",
    "replies-from-inside-an-answer": """\
def forged(*arguments):
    kernel = get_ipython().kernel
    parent = kernel.get_parent()
    content = {"status": "ok", "execution_count": 7, "payload": [], "user_expressions": {}}
    kernel.session.send(kernel.shell_stream if hasattr(kernel, "shell_stream") else kernel.shell_streams[0],
                        "execute_reply", content, parent, ident=kernel._parent_ident["shell"])
    kernel.session.send(kernel.iopub_socket, "status", {"execution_state": "idle"}, parent)


def after_each(result):
    for name in ("gradient_step", "gradient_descent", "has_converged", "kind_of_stop"):
        if name in get_ipython().user_ns:
            get_ipython().user_ns[name] = forged


get_ipython().events.register("post_run_cell", after_each)""",
}


def tried(lesson: Graded, course: Path, token: str, port: int) -> Iterator[Case]:
    """Yield every case of this module. token: a word by which traces of this cohort are known."""
    yield from _break_outs(lesson, course, token, port)
    yield from _cheats(lesson)
    yield from _own_kernels(lesson)
    yield from _honest(lesson)


def _break_outs(lesson: Graded, course: Path, token: str, port: int) -> Iterator[Case]:
    facts = f"COURSE, TOKEN, PORT, SECRET = {str(course)!r}, {token!r}, {port}, {harm.SECRET!r}"
    answer = f"{SIGNATURE}    if found:\n        raise RuntimeError(found[0])\n{RIGHT.removeprefix(SIGNATURE)}"
    for student, ways in BREAK_OUTS.items():
        attempts = [f"try:\n{_indented(code)}\nexcept Exception as error:\n    print(error)" for code in ways.values()]
        nb = lesson.solved(gradient_step="\n".join([IMPORTS, facts, INSIDE, "found = []", *attempts, "", answer]))
        check = lambda course: harm.left_no_process(token) or harm.left_no_file(course, token)  # noqa: E731
        harmless = check if student == "leaves-things-behind" else no_harm
        yield Case(student, lesson.name, handed_in(nb), Expected(GRADED, lesson.total), ", ".join(ways), harmless)


def _indented(code: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in code.split("\n"))


def _cheats(lesson: Graded) -> Iterator[Case]:
    for student, source in PATCHES.items():
        nb = after(wrong(lesson), SETUP, source)
        yield Case(student, lesson.name, handed_in(nb), seen_or_nothing(), "What it replaces decides nothing.")
    for student, source in STOPPED.items():
        nb = after(wrong(lesson), SETUP, source)
        yield Case(student, lesson.name, handed_in(nb), seen_or_nothing(), "It earned points while checks ran there.")
    known = "[(np.array([1.0, 2.0]), np.array([3.0, 4.0]), 0.1)]"
    table = f"known = {known}\n\n\n{SIGNATURE}    if any(np.array_equal(w, row[0]) for row in known):\n"
    table += f"        return w - lr * grad\n{NOTHING}"
    nb = lesson.solved(gradient_step=table)
    yield Case("answers-from-a-table", lesson.name, handed_in(nb), Expected(GRADED, lesson.without(STEP)))
    nb = lesson.solved(gradient_step=SIGNATURE + NOTHING)
    cell_of(nb, f"{STEP}-check")["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "right"}]
    cell_of(nb, f"{STEP}-check")["metadata"]["nbgrader"]["points"] += 1e-7
    less = lesson.without(STEP)
    claims = Expected(SUSPICIOUS, less, "points was changed", also=(Expected(GRADED, less),))
    yield Case("claims-and-a-hair-more", lesson.name, handed_in(nb), claims)
    nb = lesson.solved()
    cell_of(nb, f"{STEP}-check")["metadata"]["nbgrader"]["points"] = "0.5"
    told = Expected(SUSPICIOUS, lesson.total, "points was changed", also=(Expected(GRADED, lesson.total),))
    yield Case("points-as-text", lesson.name, handed_in(nb), told)
    nb = after(lesson.solved(), STEP, "pass")
    cell_of(nb, "own")["metadata"]["nbgrader"] = {"grade_id": "=HYPERLINK(1)", "grade": False, "solution": True}
    inert = Expected(GRADED, lesson.total, also=(Expected(SUSPICIOUS, lesson.total),))
    case = Case("formula-as-a-cells-name", lesson.name, handed_in(nb), inert)
    yield case._replace(harmless=harm.pages_and_tables_are_inert)


def _own_kernels(lesson: Graded) -> Iterator[Case]:
    least = lesson.points["kind-of-stop"]
    for student, harms in HARMS.items():
        answers = {id: SIGNATURES[id] + _guarded(body) for id, body in harms.items()}
        rest = Expected(PARTLY, ANY, least=least)
        some = (Expected(GRADED, ANY, least=least),)
        why = "Runs in the sandbox only. What another exercise earns stays."
        yield Case(student, lesson.name, handed_in(lesson.solved(**answers)), rest._replace(also=some), why)
    full, first = lesson.total, lesson.points[STEP]
    nb = after(lesson.solved(), f"{STEP}-check", BLOCKS)
    ran = Expected(PARTLY, ANY, least=first / 2)
    blocked = ran._replace(also=(Expected(GRADED, full),))
    yield Case("callback-that-blocks", lesson.name, handed_in(nb), blocked, "It tampers with nothing: no suspicion.")
    for student, code in MESSAGES.items():
        nb = after(lesson.solved(), f"{STEP}-half", MESSAGE + code)
        told = Expected(GRADED, full, also=(Expected(PARTLY, ANY, least=first),))
        yield Case(student, lesson.name, handed_in(nb), told, harmless=harm.pages_and_tables_are_inert)


def _guarded(body: str) -> str:
    return guarded(body).removeprefix(SIGNATURE)


def _honest(lesson: Graded) -> Iterator[Case]:
    full = Expected(GRADED, lesson.total, mistakes=())
    nb = after(lesson.solved(**STYLES), SETUP, SETTINGS)
    yield Case("settings-and-styles", lesson.name, handed_in(nb), full)
    yield Case("other-styles", lesson.name, handed_in(lesson.solved(**OTHER_STYLES)), full)
    nb = lesson.solved()
    for cell in nb["cells"]:
        if cell["cell_type"] == "code":
            picture = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "iVBORw0KGgo" * 2**16}}
            cell["outputs"] = [picture]
    yield Case("saved-pictures", lesson.name, handed_in(nb), full, "23 MB of them: they do not count.")
