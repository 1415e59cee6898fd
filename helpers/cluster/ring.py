"""Workers in a ring, by sockets of the standard library: each sends to its right neighbour and hears from its left."""

import socket
import threading
from collections.abc import Sequence

import numpy as np

LOOPBACK = "127.0.0.1"
GONE = "a neighbour is gone"  # the left or the right one: which is noticed first is chance


class NeighbourGoneError(Exception):
    """A neighbour has ended, or was silent for too long."""


class Ring:
    """The two connections of a worker. sent: the bytes that it has sent to its right neighbour."""

    def __init__(self, rank: int, ports: Sequence[int], door: socket.socket, token: str, patience: float) -> None:
        """Connect to the right neighbour, and let the left one in.

        door: the listening socket of this worker; ports: those of all workers, by rank; token: a secret of this run,
        which keeps strangers out; patience: the seconds that a neighbour may be silent.
        """
        self.rank, self.workers, self.sent = rank, len(ports), 0
        self._patience, secret = patience, token.encode()
        try:
            self._right = socket.create_connection((LOOPBACK, ports[(rank + 1) % self.workers]), timeout=patience)
            self._right.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # small messages leave at once
            self._right.sendall(secret)
            door.settimeout(patience)
            self._left, _ = door.accept()
            self._left.settimeout(patience)
            if self._receive(len(secret)) != secret:
                raise NeighbourGoneError("a stranger knocked at the door of this worker")
        except OSError as error:
            raise NeighbourGoneError(f"a neighbour could not be reached ({error})") from None

    def all_reduce(self, vector: np.ndarray) -> np.ndarray:
        """Return the sum of the vectors (d,) of all workers; see `distributed.ring_all_reduce`, here for one of them.

        Raises NeighbourGoneError.
        """
        chunks = np.array_split(vector, self.workers)
        for turn in range(self.workers - 1):
            own, arriving = (self.rank - turn) % self.workers, (self.rank - turn - 1) % self.workers
            chunks[arriving] = chunks[arriving] + self._exchange(chunks[own], len(chunks[arriving]))
        for turn in range(self.workers - 1):
            own, arriving = (self.rank + 1 - turn) % self.workers, (self.rank - turn) % self.workers
            chunks[arriving] = self._exchange(chunks[own], len(chunks[arriving]))
        return np.concatenate(chunks)

    def _exchange(self, chunk: np.ndarray, arriving: int) -> np.ndarray:
        """Send a chunk to the right while one of `arriving` numbers comes from the left.

        Sending has a thread of its own: were all workers to send first, each would wait for its neighbour to listen,
        as soon as a message is longer than what the system keeps on the way.
        """
        message = chunk.tobytes()
        failed: list[OSError] = []
        sending = threading.Thread(target=self._send, args=(message, failed), daemon=True)
        sending.start()
        heard = self._receive(8 * arriving)
        sending.join()
        if failed:
            raise NeighbourGoneError(GONE)
        return np.frombuffer(heard)

    def _send(self, message: bytes, failed: list[OSError]) -> None:
        try:
            self._right.sendall(message)
            self.sent += len(message)
        except OSError as error:
            failed.append(error)

    def _receive(self, length: int) -> bytes:
        heard = bytearray()
        while len(heard) < length:
            try:
                part = self._left.recv(length - len(heard))
            except TimeoutError:
                raise NeighbourGoneError(f"a neighbour was silent for {self._patience:g} s") from None
            except OSError:
                raise NeighbourGoneError(GONE) from None
            if not part:
                raise NeighbourGoneError(GONE)
            heard += part
        return bytes(heard)
