"""The payload of an age file: chunks of 64 KiB, each sealed with its number and whether it is the last."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from pestle.wire.age.header import derived
from pestle.wire.errors import WireError

CHUNK, TAG, NONCE_OCTETS = 64 * 1024, 16, 16


class Payload:
    """Seals or opens the chunks of one file, in order."""

    def __init__(self, file_key: bytes, nonce: bytes) -> None:
        """Begin at the first chunk."""
        self._cipher = ChaCha20Poly1305(derived(file_key, salt=nonce, purpose=b"payload"))
        self._number = 0

    def sealed(self, plain: bytes, *, is_last: bool) -> bytes:
        """Seal the next chunk; only the last may be shorter than CHUNK."""
        return self._cipher.encrypt(self._next(is_last=is_last), plain, None)

    def opened(self, sealed: bytes, *, is_last: bool) -> bytes:
        """Open the next chunk. Raises WireError when it was changed, or the file ends too early or too late."""
        place = self._number * (CHUNK + TAG)
        try:
            return self._cipher.decrypt(self._next(is_last=is_last), sealed, None)
        except InvalidTag as error:
            said = "It was changed after it was written" + (", or its end is missing." if is_last else ".")
            raise WireError(where=f"octet {place:,} of the payload", said=said) from error

    def _next(self, *, is_last: bool) -> bytes:
        nonce = self._number.to_bytes(11, "big") + bytes([is_last])
        self._number += 1
        return nonce
