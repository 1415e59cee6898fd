"""The board for The Littlest JupyterHub: a file for its jupyterhub_config.d. Not run by those who wrote it."""

import sys
from pathlib import Path

COURSE, FOLDER, PORT, SEATS = "/opt/gradient-course", Path("/opt/tljh/state/board/seen"), 8123, 100
sys.path.insert(0, COURSE)
from helpers.outbox import BOARD, EVENTS  # noqa: E402
from helpers.workshop.board import service  # noqa: E402

FOLDER.mkdir(parents=True, exist_ok=True)
FOLDER.parent.chmod(0o700)
_entry = service.service(FOLDER, SEATS, PORT, names=False)
_entry["command"][0] = "/opt/tljh/user/bin/python"  # the hub's own Python has no NumPy

c = get_config()  # type: ignore[name-defined]  # noqa: F821
c.JupyterHub.services.append(_entry)
c.JupyterHub.custom_scopes = service.scopes()
c.JupyterHub.load_roles.extend(service.roles("teacher"))
c.Spawner.server_token_scopes = ["users:activity!user", "access:servers!server", service.ACCESS]
c.Spawner.environment[BOARD] = f"http://127.0.0.1:{PORT}{EVENTS}"
