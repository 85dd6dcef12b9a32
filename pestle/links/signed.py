"""A signed conversation over HTTP, as e-prescribing networks and wholesalers hold it: each request carries a token.

A token names sender, receiver and message, and binds the body by its SHA-256, so that a token which is stolen or sent
again can only repeat the very same message, and that is answered, not done twice. The algorithm follows from the key we
hold, never from the token: a PEM key is EdDSA, anything else an HS256 secret of 32 bytes or more.
"""

import http.client
import os
import ssl
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path

import jwt

from pestle.links.failures import NoAnswer, NotTaken

LIFE = timedelta(seconds=60)
CLOCKS_DIFFER = timedelta(seconds=30)
LARGEST_ANSWER = 1024 * 1024
SHORTEST_SECRET = 32
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
TRY_LATER = frozenset({401, 403, 408, 425, 429})
PRIVATE, PUBLIC = "PRIVATE KEY", "PUBLIC KEY"


class BadToken(Exception):
    """A request is not signed, or not by whom it says, or not for us, or not now, or not for this body."""


class NoSecret(Exception):
    """The secret of a partner is not where its name says, or too short to be one."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What we sign with and what we check with; for a shared secret both are the same."""

    signing: str
    checking: str
    algorithm: str

    def __repr__(self) -> str:
        return f"Keys({self.algorithm})"


@dataclass(frozen=True, slots=True)
class Door:
    """Where a partner listens, and how long we wait for its answer."""

    host: str
    port: int
    path: str
    seconds: float

    @property
    def is_open_line(self) -> bool:
        """Say whether the line never leaves this machine, the only place where plain HTTP is spoken."""
        return self.host in LOOPBACK


def find_secret(name: str) -> str:
    """Give the secret of that name: of the environment, or the content of the file it names. Raises NoSecret."""
    if given := os.environ.get(name):
        return given
    path = Path(os.environ.get(f"{name}_FILE") or name)
    if not path.is_absolute() or not path.is_file():
        raise NoSecret(f"There is no secret named {name}.")
    return path.read_text(encoding="utf-8").strip()


def keys_from(secret: str) -> Keys:
    """Give the keys in a secret: PEM blocks (ours private, theirs public), or one shared text. Raises NoSecret."""
    if "-----BEGIN" in secret:
        return Keys(_pem(secret, PRIVATE), _pem(secret, PUBLIC), "EdDSA")
    if len(secret.encode()) < SHORTEST_SECRET:
        raise NoSecret(f"A shared secret has {SHORTEST_SECRET} bytes at least.")
    return Keys(secret, secret, "HS256")


def sign(body: bytes, *, keys: Keys, sender: str, receiver: str, message_id: str, at: datetime) -> str:
    """Give the token that travels with a body."""
    claims = {
        "iss": sender,
        "aud": receiver,
        "jti": message_id,
        "iat": at,
        "exp": at + LIFE,
        "body": sha256(body).hexdigest(),
    }
    return jwt.encode(claims, keys.signing, algorithm=keys.algorithm)


def check(token: str, body: bytes, *, keys: Keys, receiver: str, at: datetime) -> str:
    """Give who signed this body for us; raises BadToken with a sentence that tells the sender no more than it knows."""
    try:
        claims = jwt.decode(
            token,
            keys.checking,
            algorithms=[keys.algorithm],
            audience=receiver,
            options={
                "require": ["iss", "aud", "jti", "iat", "exp", "body"],
                "verify_exp": False,
                "verify_iat": False,
            },
        )
    except jwt.InvalidTokenError as error:
        raise BadToken("The token is not one we can accept.") from error
    _check_moment(claims, at)
    if not compare_digest(str(claims["body"]), sha256(body).hexdigest()):
        raise BadToken("The token belongs to another body.")
    return str(claims["iss"])


def receiver_of(token: str) -> str:
    """Give for whom a token says it is, unchecked, to find the key to check it with; "" when it says nothing."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return ""
    said = claims.get("aud", "")
    return said if isinstance(said, str) else ""


def address(host: str, port: int, path: str) -> str:
    """Give how a partner is named as receiver of a token: where it listens."""
    return f"{host}:{port}{path or '/'}"


def post(body: bytes, *, door: Door, token: str, content_type: str, who: str) -> bytes:
    """Post one message and give the bytes of the answer; raises NoAnswer or NotTaken for what HTTP itself says.

    `who` is the partner as sentences name it: "The e-prescribing network".
    """
    deadline = time.monotonic() + door.seconds
    connection = _connect(door)
    try:
        headers = {"Content-Type": content_type, "Authorization": f"Bearer {token}"}
        connection.request("POST", door.path or "/", body=body, headers=headers)
        answer = connection.getresponse()
        content = _read(answer, connection, deadline)
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(f"{who} did not answer: {type(error).__name__}.") from error
    finally:
        connection.close()
    if answer.status in TRY_LATER or answer.status >= 500:
        raise NoAnswer(f"{who} answered with HTTP {answer.status}.")
    if answer.status != 200:
        raise NotTaken(f"{who} answered with HTTP {answer.status}.")
    return content


def _connect(door: Door) -> http.client.HTTPConnection:
    if door.is_open_line:
        return http.client.HTTPConnection(door.host, door.port, timeout=door.seconds)
    context = ssl.create_default_context()
    return http.client.HTTPSConnection(door.host, door.port, timeout=door.seconds, context=context)


def _read(answer: http.client.HTTPResponse, connection: http.client.HTTPConnection, deadline: float) -> bytes:
    """Read the answer, no larger than a message may be and no later than the partner was given."""
    content = b""
    while piece := answer.read1(65536):
        content += piece
        left = deadline - time.monotonic()
        if len(content) > LARGEST_ANSWER or left <= 0:
            raise http.client.HTTPException("too long")
        if connection.sock is not None:
            connection.sock.settimeout(left)
    return content


def _check_moment(claims: dict[str, object], at: datetime) -> None:
    now = at.timestamp()
    issued, ends = claims["iat"], claims["exp"]
    if not isinstance(issued, int | float) or not isinstance(ends, int | float):
        raise BadToken("The token does not say when it was made.")
    slack = CLOCKS_DIFFER.total_seconds()
    if not issued - slack <= now <= ends + slack or ends - issued > LIFE.total_seconds():
        raise BadToken("The token is too old, too new or lives too long.")


def _pem(text: str, kind: str) -> str:
    begin, end = f"-----BEGIN {kind}-----", f"-----END {kind}-----"
    if begin not in text or end not in text:
        raise NoSecret(f"The secret has no {kind.lower()}.")
    return begin + text.partition(begin)[2].partition(end)[0] + end + "\n"
