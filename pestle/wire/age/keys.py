"""How age spells keys: Bech32 (BIP 173), `age1…` for the public half and `AGE-SECRET-KEY-1…` for the secret one."""

from collections.abc import Iterable

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from pestle.wire.errors import WireError

KEY_OCTETS = 32
_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_PUBLIC, _SECRET = "age", "age-secret-key-"
_CHECK_LETTERS = 6


def public_of(secret: bytes) -> bytes:
    """Give the public half of a key."""
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def spoken_public(public: bytes) -> str:
    """Spell the public half of a key."""
    return _spelt(_PUBLIC, public)


def spoken_secret(secret: bytes) -> str:
    """Spell the secret half of a key."""
    return _spelt(_SECRET, secret).upper()


def read_public(text: str) -> bytes:
    """Read the public half of a key. Raises WireError when it is none."""
    return _read(_PUBLIC, text, "a key begins with “age1”")


def read_secret(text: str) -> bytes:
    """Read the secret half of a key from the lines of a key file. Raises WireError when there is not one."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if len(lines) != 1:
        raise WireError(where="key file", said="A key file has one line that begins with “AGE-SECRET-KEY-1”.")
    return _read(_SECRET, lines[0], "a secret key begins with “AGE-SECRET-KEY-1”")


def _spelt(prefix: str, octets: bytes) -> str:
    figures = [*_regrouped(octets, 8, 5)]
    rest = _checksum([*_expanded(prefix), *figures, *[0] * _CHECK_LETTERS]) ^ 1
    figures += [rest >> 5 * (_CHECK_LETTERS - 1 - place) & 31 for place in range(_CHECK_LETTERS)]
    return prefix + "1" + "".join(_LETTERS[figure] for figure in figures)


def _read(prefix: str, text: str, said: str) -> bytes:
    found, _, letters = text.lower().rpartition("1")
    is_one_case = text in {text.lower(), text.upper()}
    if found != prefix or not is_one_case or any(letter not in _LETTERS for letter in letters):
        raise WireError(where="key", said=f"This is no key: {said}.")
    figures = [_LETTERS.index(letter) for letter in letters]
    if _checksum([*_expanded(prefix), *figures]) != 1:
        raise WireError(where="key", said="A letter of this key is wrong: its check letters do not fit.")
    octets = bytes(_regrouped(figures[:-_CHECK_LETTERS], 5, 8))[:KEY_OCTETS]
    if len(octets) != KEY_OCTETS or _spelt(prefix, octets) != text.lower():
        raise WireError(where="key", said="This key has the wrong length.")
    return octets


def _expanded(prefix: str) -> list[int]:
    return [*(ord(letter) >> 5 for letter in prefix), 0, *(ord(letter) & 31 for letter in prefix)]


def _checksum(figures: Iterable[int]) -> int:
    check = 1
    for figure in figures:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ figure
        for place, generator in enumerate(_GENERATORS):
            check ^= generator if top >> place & 1 else 0
    return check


def _regrouped(figures: Iterable[int], old: int, new: int) -> Iterable[int]:
    """Cut the same bits into figures of another width; the last one is filled up with zeros."""
    held = bits = 0
    for figure in figures:
        held, bits = held << old | figure, bits + old
        while bits >= new:
            bits -= new
            yield held >> bits & (1 << new) - 1
    if bits and new < old:
        yield held << new - bits & (1 << new) - 1
