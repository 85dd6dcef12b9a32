"""A small fuzzer of bytes: from a seed and some honest samples, dishonest ones without end."""

import random
from collections.abc import Iterator, Sequence

LARGEST = 200_000
EDGES = (0, 1, 0x1B, 0x1C, 0x1D, 0x1E, 0x20, 0x22, 0x26, 0x3C, 0x7F, 0x80, 0xC0, 0xED, 0xFE, 0xFF)


def mutants(seed: int, samples: Sequence[bytes], tokens: Sequence[bytes] = ()) -> Iterator[bytes]:
    """Yield mutated samples for ever; the same seed yields the same ones. `tokens` are words of the format."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    while True:
        raw = bytearray(chance.choice(samples))
        for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
            chance.choice(WAYS)(chance, raw, samples, tokens)
        yield bytes(raw[:LARGEST])


def _flip(chance: random.Random, raw: bytearray, samples: Sequence[bytes], tokens: Sequence[bytes]) -> None:
    if raw:
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)


def _set(chance: random.Random, raw: bytearray, samples: Sequence[bytes], tokens: Sequence[bytes]) -> None:
    if raw:
        raw[chance.randrange(len(raw))] = chance.choice(EDGES)


def _cut(chance: random.Random, raw: bytearray, samples: Sequence[bytes], tokens: Sequence[bytes]) -> None:
    at, size = chance.randrange(len(raw) + 1), chance.choice((1, 2, 5, 30, len(raw)))
    del raw[at : at + size]


def _insert(chance: random.Random, raw: bytearray, samples: Sequence[bytes], tokens: Sequence[bytes]) -> None:
    at = chance.randrange(len(raw) + 1)
    raw[at:at] = (
        chance.choice(tokens) if tokens and chance.random() < 0.7 else chance.randbytes(chance.choice((1, 2, 9)))
    )


def _repeat(chance: random.Random, raw: bytearray, samples: Sequence[bytes], tokens: Sequence[bytes]) -> None:
    at = chance.randrange(len(raw) + 1)
    part = raw[at : at + chance.choice((1, 4, 40, 400))]
    raw[at:at] = part * chance.choice((1, 1, 2, 9, 300))


def _splice(chance: random.Random, raw: bytearray, samples: Sequence[bytes], tokens: Sequence[bytes]) -> None:
    other = chance.choice(samples)
    start = chance.randrange(len(other) + 1)
    at = chance.randrange(len(raw) + 1)
    raw[at : at + chance.choice((0, 10, 200))] = other[start : start + chance.choice((3, 30, 300))]


def _digit(chance: random.Random, raw: bytearray, samples: Sequence[bytes], tokens: Sequence[bytes]) -> None:
    places = [at for at, octet in enumerate(raw) if 0x30 <= octet <= 0x39]
    if places:
        at = chance.choice(places)
        raw[at : at + 1] = chance.choice((b"0", b"9", b"-", b".", b"00000000000000000000", b"1e9", b" ", b"{"))


WAYS = (_flip, _set, _cut, _insert, _repeat, _splice, _digit)
