"""A learner's workbook in one file: JupyterLab in her seat answers `take-home` with an archive of it."""

from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web

from helpers.workshop.inside import WORKBOOK
from helpers.workshop.packing import pack

PAGE, ARCHIVE = "take-home", "my-workbook.zip"


class TakeHome(JupyterHandler):
    """Sends the archive to whoever is signed in at this seat."""

    folder = Path(WORKBOOK)

    @web.authenticated
    def get(self) -> None:
        """Answer with the archive."""
        self.set_header("Content-Type", "application/zip")
        self.set_header("Content-Disposition", f'attachment; filename="{ARCHIVE}"')
        self.finish(pack(self.folder))


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    at = url_path_join(server.web_app.settings["base_url"], PAGE)
    server.web_app.add_handlers(".*$", [(at, TakeHome)])
