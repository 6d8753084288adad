"""Who may talk to a backend: PLAIN on the loopback address, CURVE everywhere else, and nothing besides.

libzmq asks a ZAP handler (RFC 27) about every connection before a single message is read; ours is a thread of its own,
so a busy broker keeps nobody waiting. pyzmq's handler is not used: it logs passwords at debug level and compares them
in a time that depends on them.
"""

from __future__ import annotations

import contextlib
import hmac
import ipaddress
import logging
import re
import secrets
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
import zmq
from zmq.utils import z85

from ayo_backend.errors import AyoError
from ayo_backend.service import discovery

log = logging.getLogger("ayo.security")

USER = "ayo"


class Keys(msgspec.Struct):
    """A CURVE key pair in Z85."""

    public: str
    secret: str


class Gate:
    """The ZAP handler of one context. Allow secrets first, then bind the sockets of their domains."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]]) -> None:
        self._passwords: dict[bytes, bytes] = {}
        self._keys: Callable[[], set[str]] = set
        self._socket = context.socket(zmq.REP)
        self._socket.linger = 0
        self._socket.bind("inproc://zeromq.zap.01")
        self._thread = threading.Thread(target=self._run, name="zap", daemon=True)
        self._thread.start()

    def allow_password(self, domain: str, password: str) -> None:
        """From now on this password, and no earlier one, opens the domain."""
        self._passwords[domain.encode()] = password.encode()

    def allow_keys(self, keys: Callable[[], set[str]]) -> None:
        """CURVE clients need one of these public keys (Z85); asked at every connection."""
        self._keys = keys

    def _run(self) -> None:
        with self._socket, contextlib.suppress(zmq.ContextTerminated):
            while True:
                request = self._socket.recv_multipart()
                self._socket.send_multipart(self._reply(request))

    def _reply(self, request: list[bytes]) -> list[bytes]:
        try:
            user = self._user(request)
        except Exception:  # a key file that can't be read must not keep everybody out
            log.exception("could not check a connection")
            user = None
        if user is None:
            log.warning("refused a connection: wrong credentials")
        code, reason = (b"200", b"OK") if user is not None else (b"400", b"wrong user, password or key")
        request_id = request[1] if len(request) > 1 else b""
        return [b"1.0", request_id, code, reason, user or b"", b""]

    def _user(self, request: list[bytes]) -> bytes | None:
        if len(request) < 6 or request[0] != b"1.0":
            return None
        domain, mechanism, credentials = request[2], request[5], request[6:]
        if mechanism == b"PLAIN" and len(credentials) == 2:
            expected = self._passwords.get(domain)
            good = expected is not None and hmac.compare_digest(credentials[1], expected)
            return USER.encode() if good and credentials[0] == USER.encode() else None
        if mechanism == b"CURVE" and len(credentials) == 1:
            key = z85.encode(credentials[0]).decode()
            return user_of(key).encode() if key in self._keys() else None
        return None


def new_password() -> str:
    """256 random bits, in hexadecimal."""
    return secrets.token_hex(32)


def user_of(public_key: str) -> str:
    """What the broker calls the owner of a key (Z85): as hexadecimal, for libzmq takes it for text."""
    return public_key.encode().hex()


def guard_plain(socket: zmq.Socket[bytes], domain: str) -> None:
    """Make a socket, before it binds, a PLAIN server of this domain."""
    socket.plain_server = True
    socket.zap_domain = domain.encode()


def guard_curve(socket: zmq.Socket[bytes], keys: Keys) -> None:
    """Make a socket, before it binds, a CURVE server."""
    socket.curve_server = True
    socket.curve_secretkey = keys.secret.encode()
    socket.curve_publickey = keys.public.encode()
    socket.zap_domain = b"clients"


def check_bind(endpoint: str, curve: bool) -> None:
    """Raise AyoError for an address that can't be served, or not safely."""
    scheme, _, rest = endpoint.partition("://")
    host, _, port = rest.rpartition(":")
    try:
        address = ipaddress.ip_address(host.strip("[]"))
        valid = scheme == "tcp" and 0 <= int(port) <= 65535
    except ValueError:
        valid = False
    if not valid:
        message = f"{endpoint!r} is not an address to listen on."
        raise AyoError("bad_address", message, "Write it like tcp://127.0.0.1:0 or tcp://0.0.0.0:5555.")
    if not address.is_loopback and not curve:
        message = f"Refusing to listen on {endpoint} without encryption: anyone on the network could read and use it."
        raise AyoError("unsafe_address", message, "Add --curve (keys: ayo keys), or listen on tcp://127.0.0.1:0.")
    if curve and not zmq.has("curve"):
        raise AyoError("no_curve", "This build of ZeroMQ has no CURVE.", "Install pyzmq from PyPI.")


def keys_dir() -> Path:
    """Where key pairs live: server.json, and clients/<name>.json with public keys."""
    folder = discovery.private(discovery.config_dir() / "keys")
    discovery.private(folder / "clients")
    return folder


def server_keys() -> Keys:
    """This user's server key pair; made on first use."""
    path = keys_dir() / "server.json"
    if not path.exists():
        discovery.write_private(path, msgspec.json.encode(new_keys()))
    return msgspec.json.decode(path.read_bytes(), type=Keys)


def new_keys() -> Keys:
    """A fresh key pair."""
    public, secret = zmq.curve_keypair()
    return Keys(public.decode(), secret.decode())


def allow_client(name: str, public: str) -> Path:
    """Let in the client with this public key (Z85)."""
    path = keys_dir() / "clients" / f"{name}.json"
    if path.exists():
        message = f"There is a client called {name} already."
        raise AyoError("name_taken", message, f"Choose another name, or delete {path}.")
    discovery.write_private(path, msgspec.json.encode({"public": public}))
    return path


def allowed_clients() -> dict[str, str]:
    """Names and public keys (Z85) of the clients let in."""
    files = sorted((keys_dir() / "clients").glob("*.json"))
    return {file.stem: msgspec.json.decode(file.read_bytes(), type=dict[str, str])["public"] for file in files}


def new_client(name: str, endpoint: str, path: Path) -> Path:
    """Make keys for a client, let it in, and write its connection file; nothing of its secret key stays elsewhere."""
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", name):
        raise AyoError("bad_name", f"{name!r} is no name for a client.", "Use letters, digits, points, _ and -.")
    if path.exists():
        raise AyoError("file_exists", f"{path} exists already.", "Move it away first.")
    check_bind(endpoint, curve=True)
    keys = new_keys()
    allow_client(name, keys.public)
    credentials = {"server_key": server_keys().public, "public_key": keys.public, "secret_key": keys.secret}
    connection = discovery.described(endpoint, "CURVE", **credentials)
    discovery.write_private(path, msgspec.json.format(msgspec.json.encode(connection), indent=2))
    return path
