"""How the key of a file is wrapped: for the public half of a key (X25519), or for a pass phrase (scrypt)."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from pestle.wire.age.header import Stanza, decoded, derived, encoded
from pestle.wire.age.keys import public_of
from pestle.wire.errors import WireError

KEY, PHRASE = "X25519", "scrypt"
_KEY_PURPOSE = b"age-encryption.org/v1/X25519"
_PHRASE_PURPOSE = b"age-encryption.org/v1/scrypt"
# Each wrapping key is used once, so the nonce may be the same.
_NONCE = bytes(12)
# More would let a file ask for any amount of memory: 2^20 rounds take 1 GiB.
MOST_WORK = 20


def wrap_for_key(file_key: bytes, public: bytes, *, ephemeral: bytes) -> Stanza:
    """Wrap a file's key so that only the secret half of this key opens it. The ephemeral key is used once only."""
    share = public_of(ephemeral)
    shared = X25519PrivateKey.from_private_bytes(ephemeral).exchange(X25519PublicKey.from_public_bytes(public))
    wrapping = derived(shared, salt=share + public, purpose=_KEY_PURPOSE)
    body = ChaCha20Poly1305(wrapping).encrypt(_NONCE, file_key, None)
    return Stanza(KEY, (encoded(share).decode("ascii"),), body)


def unwrap_with_key(stanza: Stanza, secret: bytes) -> bytes | None:
    """Give the file's key, or None when this key does not open the stanza."""
    if stanza.kind != KEY or len(stanza.arguments) != 1:
        return None
    share = decoded(stanza.arguments[0].encode("ascii"), "share")
    try:
        shared = X25519PrivateKey.from_private_bytes(secret).exchange(X25519PublicKey.from_public_bytes(share))
    except ValueError as error:
        raise WireError(where="share", said="The share of this way in is no key.") from error
    return _opened(derived(shared, salt=share + public_of(secret), purpose=_KEY_PURPOSE), stanza)


def wrap_for_phrase(file_key: bytes, phrase: str, *, salt: bytes, work: int) -> Stanza:
    """Wrap a file's key so that the pass phrase opens it; `work` is the binary logarithm of scrypt's rounds."""
    body = ChaCha20Poly1305(_stretched(phrase, salt, work)).encrypt(_NONCE, file_key, None)
    return Stanza(PHRASE, (encoded(salt).decode("ascii"), str(work)), body)


def unwrap_with_phrase(stanza: Stanza, phrase: str) -> bytes | None:
    """Give the file's key, or None when this pass phrase does not open the stanza."""
    if stanza.kind != PHRASE or len(stanza.arguments) != 2:
        return None
    salt, work = stanza.arguments
    if not work.isdigit() or not 1 <= int(work) <= MOST_WORK:
        raise WireError(where="scrypt", said=f"This pass phrase asks for more work than 2^{MOST_WORK}.")
    return _opened(_stretched(phrase, decoded(salt.encode("ascii"), "salt"), int(work)), stanza)


def _stretched(phrase: str, salt: bytes, work: int) -> bytes:
    return Scrypt(salt=_PHRASE_PURPOSE + salt, length=32, n=1 << work, r=8, p=1).derive(phrase.encode())


def _opened(wrapping: bytes, stanza: Stanza) -> bytes | None:
    try:
        return ChaCha20Poly1305(wrapping).decrypt(_NONCE, stanza.body, None)
    except InvalidTag:
        return None
