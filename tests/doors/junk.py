"""What nobody types and everybody sends once: values that have broken programs, and forms filled from a seed."""

import random
from collections.abc import Iterator

# Each with what it is meant to break.
HOSTILE: tuple[str, ...] = (
    "",
    " ",
    "0",
    "-1",
    "1e999",             # a decimal that no number(14,3) holds
    "-1e999",
    "1e-999",
    "9" * 40,            # past a bigint
    "9223372036854775808",
    "9" * 5000,          # past what int() reads
    "NaN",
    "sNaN",
    "Infinity",
    "-Infinity",
    "0x10",
    "1_000",
    "1,2,3",
    ".",
    "1.0000000001",
    "²",                 # isdigit() and no int()
    "٣",                 # an Arabic three: isdigit() and int()
    "①",
    "2027-02-30",
    "02/30/2027",
    "0001-01-01",
    "01/01/0001",
    "9999-12-31",
    "12/31/9999",
    "0000-00-00",
    "2026-11-30T25:61",
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "2026-11-30T10:00+99:99",
    "2026-11-30T10:00+14:00",
    "2026-W49-1",
    "\0",
    "a\0b",
    "\ud800",            # half a character
    "\uffff\U0010ffff",
    "\u202egnirts\u202c\u2066",
    "\u200b\u200d\ufeff",
    "e\u0301" * 300,
    "\r\n\r\nSet-Cookie: a=b",
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "{{ 7*7 }}{% debug %}",
    "'; DROP TABLE records_fill; --",
    "%s%(x)s%",
    "\\",
    "_%",
    "../../../../etc/passwd",
    "[]",
    "{}",
    "null",
    "[[[1e999,2]]]",
    "[[[1,2],[3]]]",
    '["\\ud800"]',
    '{"a": [[' + "[" * 3000,
    "x" * 300,
    "x" * 70_000,
    "1t po " * 3000,
    "^XA~JA^FD",
    "\x1d\x1e\x1f\x04",
    "01003001234567890",
    "]d2010030406055201117280531\x1d10ABC",
)  # fmt: skip


def forms(seed: int, fields: list[str], honest: dict[str, list[str]]) -> Iterator[dict[str, list[str]]]:
    """Forms without end: an honest form with one field, then more and more fields, turned to junk."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    order = [(name, value) for name in fields for value in HOSTILE]
    chance.shuffle(order)
    for name, value in order:
        yield honest | {name: [value]}
    while True:
        turned = chance.sample(fields, chance.randint(1, len(fields))) if fields else []
        yield honest | {
            name: [chance.choice(HOSTILE) for _ in range(chance.choice((0, 1, 1, 1, 3)))] for name in turned
        }


def bare(sends: dict[str, list[str]]) -> dict[str, list[str]]:
    """The same as a browser can send it: half a character has no bytes."""
    return {name: [value.encode("utf-8", "replace").decode() for value in values] for name, values in sends.items()}
