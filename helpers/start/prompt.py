"""An extension of Jupyter's server that sends what a kernel says at once.

Without it a small message waits until the page has confirmed the one before, about 40 ms: Jupyter's server leaves
Nagle's algorithm on (RFC 896), which a page that answers late, as most systems let it (RFC 1122), makes slow.
"""

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(app: Any) -> None:
    """Have each connection of a page with a kernel send at once."""

    class AtOnce(app.kernel_websocket_connection_class):
        def connect(self) -> Any:
            self.websocket_handler.set_nodelay(True)
            return super().connect()

    app.web_app.settings["kernel_websocket_connection_class"] = AtOnce
