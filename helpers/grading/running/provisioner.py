"""A kernel provisioner of jupyter_client: nbgrader asks for a kernel and gets a warm one, in a sandbox."""

import asyncio
import json
import os
import socket
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase
from traitlets import Integer, List, Unicode

from helpers.grading.running.job import Limits
from helpers.sandbox.recipe import Sandbox

NAME = "gradient-course-sandbox"


class SandboxedKernel(KernelProvisionerBase):
    """One kernel: a sandbox, and a copy of the warm process in it.

    The kernelspec's settings for it are warm (the address of the warm process), user and limits.
    """

    warm = Unicode()
    user = Integer(allow_none=True)
    limits: List[Any] = List()
    sandbox: Sandbox | None = None
    line: socket.socket | None = None

    @property
    def has_process(self) -> bool:
        """Whether there is a kernel."""
        return self.line is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Write the connection file into the one folder that the sandbox shares with the outside."""
        manager = self.parent
        assert manager
        manager.write_connection_file()
        self.connection_info = manager.get_connection_info()
        return await super().pre_launch(cmd=[], **kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Open a sandbox and let the warm process send a copy into it. Raises CannotGoOnError and OSError."""
        assert self.parent
        file = Path(self.parent.connection_file)
        if self.user is not None:
            os.chown(file, self.user, self.user)
        limits = Limits(*self.limits)
        self.sandbox = Sandbox([file.parent], limits.disk)
        self.line = socket.socket(socket.AF_UNIX)
        self.line.connect(self.warm)
        request = {"sandbox": self.sandbox.pid, "connection_file": str(file), "user": self.user, "limits": limits}
        self.line.sendall(f"{json.dumps(request)}\n".encode())
        answer = self.line.recv(1000).decode(errors="replace").strip()
        if answer != "started":
            raise OSError(f"no kernel in the sandbox: {answer or 'the warm process does not answer'}")
        self.line.setblocking(False)
        return self.connection_info

    def seal(self) -> None:
        """Let the sandbox write no more into the folder that it shares. Raises OSError when it is gone."""
        if self.line is None:
            raise OSError("there is no kernel")
        self.line.setblocking(True)
        self.line.sendall(b".")
        answer = self.line.recv(1000).decode(errors="replace").strip()
        self.line.setblocking(False)
        if answer != "sealed":
            raise OSError(f"the sandbox cannot be sealed: {answer or 'the kernel has ended'}")

    async def poll(self) -> int | None:
        """Return None while the kernel lives; its exit code is not known."""
        if self.line is None:
            return 0
        try:
            return None if self.line.recv(1) else 0
        except BlockingIOError:
            return None
        except OSError:
            return 0

    async def wait(self) -> int | None:
        """Wait until the kernel has ended."""
        while await self.poll() is None:
            await asyncio.sleep(0.02)
        await self.cleanup()
        return 0

    async def send_signal(self, signum: int) -> None:
        """Any signal ends the sandbox; interrupts come as messages."""
        if self.sandbox:
            self.sandbox.close()

    async def kill(self, restart: bool = False) -> None:
        """End all that is in the sandbox."""
        await self.send_signal(9)

    async def terminate(self, restart: bool = False) -> None:
        """The same: nothing in the sandbox is worth waiting for."""
        await self.send_signal(9)

    async def cleanup(self, restart: bool = False) -> None:
        """Forget the kernel."""
        await self.send_signal(9)
        if self.line:
            self.line.close()
        self.sandbox = self.line = None
