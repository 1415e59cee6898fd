"""JupyterHub for one room, on one machine, without containers: python -m helpers.workshop.hub SETTINGS.

Seats, the hub and the proxy talk over Unix sockets only; a seat has a network of its own with nobody on it.
"""

import asyncio
import contextlib
import hmac
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from jupyterhub.app import JupyterHub
from jupyterhub.auth import Authenticator
from jupyterhub.spawner import Spawner
from traitlets.config import Config

from helpers.ground import CannotGoOnError
from helpers.workshop import inside
from helpers.workshop.keeper import ask
from helpers.workshop.place import SECONDS, Place, address
from helpers.workshop.seats import INSTRUCTOR, kept

FREE = 5  # wrong codes from one machine at one seat before the next must wait
WAIT, LONGEST = 1.0, 30.0  # seconds: of the first wait, which doubles, and at most
PRESPAWN = "prespawn"


class SeatAuthenticator(Authenticator):
    """A seat and its code, from a slip of paper."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.codes = {seat.name: seat.code for seat in kept(settings_place().seats)}
        self.wrong: dict[tuple[str, str], int] = defaultdict(int)
        self.turn: dict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def authenticate(self, handler: Any, data: dict[str, str]) -> str | None:
        """Return the seat when the code is its own; after some wrong ones, whoever guesses waits for each."""
        seat, given = data["username"].strip().lower(), data["password"].strip().lower()
        who = (seat if seat in self.codes else "", handler.request.remote_ip)
        if self.wrong[who] < FREE:
            return self._judge(who, seat, given)
        async with self.turn[who]:  # guesses at the same time wait one after the other
            await asyncio.sleep(min(WAIT * 2 ** (self.wrong[who] - FREE), LONGEST))
            return self._judge(who, seat, given)

    def _judge(self, who: tuple[str, str], seat: str, given: str) -> str | None:
        code = self.codes.get(seat, "-" * 14)
        right = hmac.compare_digest(code.encode(), given.encode()) and seat in self.codes
        if right:
            self.wrong.pop(who, None)
            return seat
        self.wrong[who] += 1
        return None


class SeatSpawner(Spawner):
    """A seat, which the keeper starts and ends."""

    def get_env(self) -> dict[str, str]:
        """Return what the hub tells a seat, with the sockets at the places where the seat sees them."""
        told = {name: value for name, value in super().get_env().items() if name.startswith("JUPYTERHUB_")}
        told["JUPYTERHUB_SERVICE_URL"] = f"http://127.0.0.1:8888/user/{self.user.name}/"
        told["JUPYTERHUB_API_URL"] = address(inside.HUB / "hub.sock") + "/hub/api"
        told["JUPYTERHUB_ACTIVITY_URL"] = told["JUPYTERHUB_API_URL"] + f"/users/{self.user.name}/activity"
        return told

    async def start(self) -> str:
        """Start the seat, and return an address that nobody uses: `point` says the real one."""
        await self._ask("start", environment=self.get_env())
        self.point()
        return "http://127.0.0.1:80"

    async def stop(self, now: bool = False) -> None:
        """End the seat."""
        with contextlib.suppress(OSError):  # a room that was killed has taken its seats along
            await self._ask("stop")

    async def poll(self) -> int | None:
        """Return None while the seat runs."""
        if self.server and not self.server.connect_url:
            self.point()  # a hub that was started again does not know it
        try:
            code: int | None = await self._ask("poll")
        except OSError:
            return 1  # without a keeper there is no seat
        return code

    def point(self) -> None:
        """Say where the seat is: the hub would write a port behind the name of a socket."""
        door = settings_place().door(self.user.name) / inside.SOCKET
        self.server.connect_url = f"{address(door)}/user/{self.user.name}/"

    async def _ask(self, do: str, **request: Any) -> Any:
        try:
            return await asyncio.to_thread(ask, settings_place().keeper, do, name=self.user.name, **request)
        except CannotGoOnError as error:
            raise RuntimeError(str(error)) from error


def settings() -> dict[str, Any]:
    """Return what the room told its hub: a file that is named on the command line."""
    told: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    return told


def settings_place() -> Place:
    """Return the folders of the room."""
    return Place(*map(Path, settings()["place"]))


def config(told: dict[str, Any]) -> Config:
    """Return the configuration of JupyterHub."""
    place = Place(*map(Path, told["place"]))
    names = {seat.name for seat in kept(place.seats)} & set(told["seats"])
    c = Config()
    c.JupyterHub.bind_url = told["bind"]
    c.JupyterHub.hub_bind_url = c.JupyterHub.hub_connect_url = address(place.hub / "hub.sock")
    c.JupyterHub.hub_socket_mode = 0o666  # the folders above decide who reaches it: each seat, and the room's owner
    c.ConfigurableHTTPProxy.api_url = address(place.run / "proxy.sock")
    c.ConfigurableHTTPProxy.command = told["proxy"]
    c.ConfigurableHTTPProxy.pid_file = str(place.run / "proxy.pid")
    c.JupyterHub.authenticator_class = SeatAuthenticator
    c.Authenticator.allowed_users = names
    c.JupyterHub.spawner_class = SeatSpawner
    c.JupyterHub.db_url = f"sqlite:///{place.folder / 'hub.sqlite'}"
    c.JupyterHub.cookie_secret_file = str(place.folder / "cookie")
    c.JupyterHub.cleanup_servers = True
    c.JupyterHub.concurrent_spawn_limit = 0
    c.JupyterHub.template_paths = [str(Path(__file__).with_name("templates"))]
    c.JupyterHub.template_vars = {"announcement": ""}
    c.JupyterHub.allow_named_servers = False
    c.JupyterHub.init_spawners_timeout = 1  # seats that run are found at once; who waits for another need not
    c.Spawner.start_timeout = c.Spawner.http_timeout = SECONDS
    c.Spawner.poll_interval = 5  # seconds; a seat that was ended can be started again at once
    c.Spawner.default_url = told["opens"]
    c.Spawner.server_token_scopes = ["users:activity!user", "access:servers!server", *told["token_scopes"]]
    c.JupyterHub.services = [{"name": PRESPAWN, "api_token": told["token"]}, *told["services"]]
    c.JupyterHub.custom_scopes = told["custom_scopes"]
    scopes = ["list:users", "servers", "access:servers", "read:users"]
    c.JupyterHub.load_roles = [{"name": PRESPAWN, "services": [PRESPAWN], "scopes": scopes}, *told["roles"]]
    if told["certificate"]:
        c.JupyterHub.ssl_cert, c.JupyterHub.ssl_key = told["certificate"]
    assert INSTRUCTOR in names
    return c


def main() -> None:
    """Run the hub until it is told to stop."""
    from helpers.sandbox.rights import die_with_parent

    die_with_parent(15)  # a hub without its room stops, and stops the proxy
    JupyterHub.instance(config=config(settings()))
    JupyterHub.launch_instance([])


if __name__ == "__main__":
    main()
