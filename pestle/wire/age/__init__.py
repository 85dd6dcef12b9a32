"""The age v1 encrypted file (C2SP, age-encryption.org/v1): header, wrapped file key, sealed chunks.

Keys, nonces and salts are given: this format draws nothing at random. Whatever reads age files reads ours.
"""

from pestle.wire.age.header import FILE_KEY_OCTETS, Header, Stanza, parse, render
from pestle.wire.age.keys import public_of, read_public, read_secret, spoken_public, spoken_secret
from pestle.wire.age.payload import CHUNK, NONCE_OCTETS, TAG, Payload
from pestle.wire.age.wrapping import unwrap_with_key, unwrap_with_phrase, wrap_for_key, wrap_for_phrase

__all__ = [
    "CHUNK", "FILE_KEY_OCTETS", "NONCE_OCTETS", "TAG", "Header", "Payload", "Stanza", "parse", "public_of",
    "read_public", "read_secret", "render", "spoken_public", "spoken_secret", "unwrap_with_key", "unwrap_with_phrase",
    "wrap_for_key", "wrap_for_phrase",
]  # fmt: skip
