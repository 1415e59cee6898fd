"""What encrypts a room that others reach: a certificate of yours, or one that the room makes for itself."""

import socket
import ssl
from pathlib import Path

from helpers.ground import CannotGoOnError
from helpers.workshop.seats import write_private


def given(certificate: Path, key: Path) -> tuple[str, str]:
    """Return the paths of a certificate and its key. Raises CannotGoOnError when they do not belong together."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except OSError as error:  # ssl.SSLError is one
        remedy = "give a certificate and its own key, as PEM files that you can read"
        raise CannotGoOnError(f"{certificate} and {key} cannot be used ({error.strerror}): {remedy}.") from error
    return str(certificate.resolve()), str(key.resolve())


def self_made(folder: Path, host: str) -> tuple[str, str]:
    """Make a certificate for this address, unless there is one, and return its path and that of its key."""
    import trustme

    certificate, key, of = folder / "certificate.pem", folder / "key.pem", folder / "certificate-of.txt"
    if not (certificate.exists() and key.exists() and of.exists() and of.read_text(encoding="utf-8") == host):
        made = trustme.CA().issue_cert(host, common_name=host)
        write_private(key, made.private_key_pem.bytes().decode())
        write_private(certificate, "".join(part.bytes().decode() for part in made.cert_chain_pems))
        write_private(of, host)
    return str(certificate), str(key)


def own_address() -> str:
    """Return the address by which others in the network reach this machine. Raises CannotGoOnError."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for examples; a datagram socket sends nothing by connecting
            found: str = probe.getsockname()[0]
        except OSError as error:
            raise CannotGoOnError("This machine is in no network: join one, or say --host ADDRESS.") from error
    return found
