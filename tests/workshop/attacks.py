"""What somebody may try from her seat, as cells that run in its kernel, and what must come of it.

Each prints what it got; `TARGETS` (a dictionary of names and paths of the room) is defined before the first.
"""

from typing import NamedTuple


class Attack(NamedTuple):
    """A cell, and a pattern that all that it prints must fit."""

    name: str
    source: str
    refused: str


TRIED = """
def tried(what, *arguments):
    try:
        return f"got {what(*arguments)!r}"
    except BaseException as error:
        return f"refused: {type(error).__name__} {error}"

import ctypes, os, socket, struct, subprocess, sys, urllib.request, json, http.client
libc = ctypes.CDLL(None, use_errno=True)

def call(name, *arguments):
    result = getattr(libc, name)(*arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result

class Hub(http.client.HTTPConnection):
    def __init__(self, at):
        super().__init__("localhost", timeout=10)
        self.at = at
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.at)

def ask(at, method, path, body=None):
    line = Hub(at)
    token = os.environ["JUPYTERHUB_API_TOKEN"]
    line.request(method, path, body, {"Authorization": f"token {token}"})
    return line.getresponse().status
"""

ATTACKS = (
    Attack("the codes", "print(tried(open, TARGETS['codes']))", "refused: FileNotFoundError"),
    Attack("the hub's data", "print(tried(open, TARGETS['data']))", "refused: FileNotFoundError"),
    Attack("the events of the board", "print(tried(open, TARGETS['events']))", "refused: FileNotFoundError"),
    Attack("a neighbour's home", "print(tried(os.listdir, TARGETS['home']))", "refused: FileNotFoundError"),
    Attack("a neighbour's socket", "print(tried(os.listdir, TARGETS['door']))", "refused: FileNotFoundError"),
    Attack("the keeper", "print(tried(Hub(TARGETS['keeper']).connect))", "refused: FileNotFoundError"),
    Attack("the proxy", "print(tried(Hub(TARGETS['proxy']).connect))", "refused: FileNotFoundError"),
    Attack("the solutions", "print(tried(os.listdir, TARGETS['solutions']))", "refused: FileNotFoundError"),
    Attack("who has an account here", "print(tried(open, '/etc/passwd'))", "refused: FileNotFoundError"),
    Attack(
        "the room's port",
        "print(tried(socket.create_connection, ('127.0.0.1', TARGETS['port']), 2))",
        "refused: ConnectionRefusedError",
    ),
    Attack(
        "the network",
        "print(tried(socket.create_connection, ('192.0.2.1', 80), 2))",
        "refused: OSError .*unreachable",
    ),
    Attack(
        "a socket without a file, of the machine",
        "print(tried(socket.socket(socket.AF_UNIX).connect, TARGETS['abstract']))",
        "refused: ConnectionRefusedError",
    ),
    Attack(
        "processes of others",
        "print([os.getppid(), len([p for p in os.listdir('/proc') if p.isdecimal()])])",
        r"^\[2, [34]\]$",  # bubblewrap, the seat's server, this kernel and, in other tests, one more
    ),
    Attack(
        "what the first process was given",
        "print(tried(lambda: b'TOKEN' in open('/proc/1/environ', 'rb').read()))",
        "got False|refused",
    ),
    Attack(
        "all users, by the seat's own token",
        "print(ask('/run/hub/hub.sock', 'GET', '/hub/api/users'))",
        "^40[34]$",
    ),
    Attack(
        "a neighbour's server, by the seat's own token",
        "print(ask('/run/hub/hub.sock', 'DELETE', '/hub/api/users/seat01/server'))",
        "^40[34]$",
    ),
    Attack(
        "a token for the instructor",
        "print(ask('/run/hub/hub.sock', 'POST', '/hub/api/users/instructor/tokens'))",
        "^40[34]$",
    ),
    Attack("the routes", "print(ask('/run/hub/hub.sock', 'GET', '/hub/api/proxy'))", "^40[34]$"),
    Attack("the end of the hub", "print(ask('/run/hub/hub.sock', 'POST', '/hub/api/shutdown'))", "^40[34]$"),
    Attack("another hub", "print(tried(os.unlink, '/run/hub/hub.sock'))", "refused: OSError .*Read-only"),
    Attack("another board", "print(tried(os.unlink, '/run/board/board.sock'))", "refused: OSError .*Read-only"),
    Attack("other lessons", "print(tried(open, '/room/lessons/x.ipynb', 'w'))", "refused: OSError .*Read-only"),
    Attack(
        "words in the instructor's name",
        "print(tried(open, '/room/from-the-instructor/x', 'w'))",
        "refused: OSError .*Read-only",
    ),
    Attack(
        "another course",
        "import helpers\nprint(tried(open, helpers.__file__, 'a'))",
        "refused: .*(Read-only|Permission denied)",
    ),
    Attack("another Python", "print(tried(open, sys.executable, 'ab'))", "refused: .*(Read-only|Permission denied)"),
    Attack("a namespace of users", "print(tried(call, 'unshare', 0x10000000))", "refused: .*not permitted"),
    Attack("a mount", "print(tried(call, 'mount', b'/', b'/tmp', None, 4096, None))", "refused: .*not permitted"),
    Attack("a process to trace", "print(tried(call, 'ptrace', 16, 1, None, None))", "refused: .*not permitted"),
    Attack("memory in a file of no folder", "print(tried(os.memfd_create, 'x'))", "refused: .*not permitted"),
    Attack("a ring of the kernel", "print(tried(call, 'syscall', 425, 8, None))", "refused: .*not permitted"),
    Attack("a key of the kernel", "print(tried(call, 'syscall', 250, 0, -3, 1))", "refused: .*not permitted"),
    Attack(
        "rights",
        "print([line.split()[1] for line in open('/proc/self/status') if line.startswith(('CapEff', 'NoNewPrivs'))])",
        r"^\['0+', '1'\]$",
    ),
    Attack("a nicer place", "print(tried(os.nice, -10))", "refused: .*not permitted"),
    Attack("the machine's settings", "print(tried(open, '/proc/sys/kernel/hostname', 'w'))", "refused: "),
    Attack("a disk", "print([name for name in os.listdir('/dev') if name[:2] in ('sd', 'vd', 'nv')])", r"^\[\]$"),
    Attack(
        "a file that fills the disk",
        "def fill():\n    with open('/tmp/big', 'wb') as file:\n        for _ in range(600):\n"
        "            file.write(bytes(2**20))\nprint(tried(fill))\nos.remove('/tmp/big')",
        "refused: OSError .*(No space|too large)",
    ),
    Attack(
        "memory of one process",
        "print(tried(bytearray, 6 * 2**30))",
        "refused: MemoryError",
    ),
    Attack(
        "more processes than anybody needs",
        """
begun = []
def bomb():
    for _ in range(1000):
        begun.append(subprocess.Popen(["sleep", "60"]))
said = tried(bomb)
for each in begun:
    each.kill()
    each.wait()
print(said, len(begun) < 250)
""",
        "refused: BlockingIOError .* True",
    ),
)
"""Those that one session in one kernel survives; what ends a kernel is in the tests themselves."""
