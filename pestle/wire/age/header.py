"""The header of an age file: a line for each way in, and a proof that none of them was changed."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pestle.wire.errors import WireError

FIRST_LINE = b"age-encryption.org/v1"
FILE_KEY_OCTETS = 16
LONGEST = 64 * 1024
_COLUMNS = 64
_WORD = re.compile(rb"[!-~]+")


@dataclass(frozen=True, slots=True)
class Stanza:
    """One way in: its kind, what it needs to know, and the file key as wrapped for it."""

    kind: str
    arguments: tuple[str, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Header:
    """What was read: the ways in, how many octets the header takes, and its proof."""

    stanzas: tuple[Stanza, ...]
    octets: int
    proven: bytes
    proof: bytes

    def is_proven_by(self, file_key: bytes) -> bool:
        """Say whether the header is as it was written by whoever knew the file key."""
        return hmac.compare_digest(self.proof, _proof(self.proven, file_key))


def render(stanzas: Iterable[Stanza], file_key: bytes) -> bytes:
    """Give the header of a file whose key is wrapped in these stanzas."""
    lines = [FIRST_LINE]
    for stanza in stanzas:
        lines.append(b" ".join([b"->", *(word.encode("ascii") for word in (stanza.kind, *stanza.arguments))]))
        lines += _wrapped(stanza.body)
    proven = b"\n".join([*lines, b"---"])
    return proven + b" " + encoded(_proof(proven, file_key)) + b"\n"


def parse(octets: bytes) -> Header:
    """Read the header at the beginning of these octets. Raises WireError when it is none, or not whole."""
    if not octets.startswith(FIRST_LINE + b"\n"):
        raise WireError(where="line 1", said="This is no age file: its first line is not “age-encryption.org/v1”.")
    end = octets.find(b"\n---")
    close = octets.find(b"\n", end + 1)
    if end < 0 or close < 0:
        raise WireError(where="header", said="The header does not end: the file is cut short.")
    proven, _, proof = octets[:close].rpartition(b" ")
    if not proven.endswith(b"\n---"):
        raise WireError(where="header", said="The last line of the header carries no proof.")
    lines = octets[len(FIRST_LINE) + 1 : end + 1].split(b"\n")[:-1]
    return Header(tuple(_stanzas(lines)), close + 1, proven, decoded(proof, "proof"))


def encoded(octets: bytes) -> bytes:
    """Give octets as age spells them: base64 without padding."""
    return base64.b64encode(octets).rstrip(b"=")


def decoded(text: bytes, where: str) -> bytes:
    """Read octets as age spells them, and only so. Raises WireError otherwise."""
    try:
        octets = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise WireError(where=where, said="This is no base64.") from error
    if encoded(octets) != text:
        raise WireError(where=where, said="This base64 is not spelt the one way age allows.")
    return octets


def derived(file_key: bytes, *, salt: bytes, purpose: bytes) -> bytes:
    """Give the key of 32 octets that follows from this one for a purpose."""
    return HKDF(algorithm=SHA256(), length=32, salt=salt or None, info=purpose).derive(file_key)


def _proof(proven: bytes, file_key: bytes) -> bytes:
    return hmac.digest(derived(file_key, salt=b"", purpose=b"header"), proven, hashlib.sha256)


def _wrapped(body: bytes) -> list[bytes]:
    text = encoded(body)
    # The last line is always shorter than a full one, so that the reader knows it; it may be empty.
    return [text[start : start + _COLUMNS] for start in range(0, len(text) + 1, _COLUMNS)]


def _stanzas(lines: list[bytes]) -> Iterable[Stanza]:
    left = iter(enumerate(lines, start=2))
    for number, line in left:
        words = line.split(b" ")
        if words[0] != b"->" or len(words) < 2 or not all(_WORD.fullmatch(word) for word in words):
            raise WireError(where=f"line {number}", said="A way in begins with “->” and its kind.")
        text = b""
        for _, part in left:
            text += part
            if len(part) < _COLUMNS:
                break
        kind, *arguments = (word.decode("ascii") for word in words[1:])
        yield Stanza(kind, tuple(arguments), decoded(text, f"line {number + 1}"))
