"""An extension of Jupyter's server: what a kernel says is sent at once, and Notebook 7's addresses open JupyterLab.

Without the first a small message waits until the page has confirmed the one before, about 40 ms: Jupyter's server
leaves Nagle's algorithm on (RFC 896), which is slow with a page that confirms late, as most do (RFC 1122).
"""

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(app: Any) -> None:
    """Have each connection of a page with a kernel send at once, and /notebooks/ lead to the same file in the lab."""
    from jupyter_server.utils import url_path_join
    from tornado.web import RedirectHandler

    class AtOnce(app.kernel_websocket_connection_class):
        def connect(self) -> Any:
            self.websocket_handler.set_nodelay(True)
            return super().connect()

    app.web_app.settings["kernel_websocket_connection_class"] = AtOnce
    notebooks, lab = (url_path_join(app.base_url, part) for part in ("/notebooks/", "/lab/tree/"))
    app.web_app.add_handlers(".*$", [(f"{notebooks}(.*)", RedirectHandler, {"url": lab + "{0}", "permanent": False})])
