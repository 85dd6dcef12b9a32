"""What a prescription card says, read from its words: BIN, PCN, group, cardholder ID and person code by their labels.

Cards carry the words in print and many again in a two-dimensional code. No layout is assumed: only what stands behind a
known label is taken, and what fits no label is given back unread. A person confirms every value.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

LONGEST = 4000
# Labels as cards print them (NCPDP Pharmacy ID Card guide, from memory), the longest first where one begins another.
_LABELS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "bin": ("rxbin", "rx bin", "bin/iin", "iin", "bin"),
        "pcn": ("rxpcn", "rx pcn", "pcn"),
        "group": ("rxgroup", "rxgrp", "rx group", "rx grp", "group number", "group no", "group", "grp"),
        "cardholder_id": (
            "cardholder id", "member id", "subscriber id", "identification", "id number", "id no", "rxid", "rx id",
            "id",
        ),
        "person_code": ("person code", "dependent code", "suffix", "person"),
    }
)  # fmt: skip
_SHAPES: Mapping[str, str] = MappingProxyType(
    {
        "bin": r"[0-9]{6}|[0-9]{8}", "pcn": r"[A-Z0-9]{1,10}", "group": r"[A-Z0-9-]{1,15}",
        "cardholder_id": r"[A-Z0-9-]{2,20}", "person_code": r"[0-9]{1,3}",
    }
)  # fmt: skip
_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "bin": "BIN", "pcn": "PCN", "group": "group", "cardholder_id": "cardholder ID", "person_code": "person code",
    }
)  # fmt: skip
_EVERY = sorted(((label, name) for name, labels in _LABELS.items() for label in labels), key=lambda each: -len(each[0]))
_LABEL = re.compile(
    r"(?<![A-Z0-9])(?P<label>" + "|".join(re.escape(label.upper()) for label, _ in _EVERY) + r")(?![A-Z])[ #:=.]*"
)
_NAMES = {label.upper(): name for label, name in _EVERY}


@dataclass(frozen=True, slots=True)
class CardRead:
    """What was read by its labels, and what is doubtful about it; nothing is certain before a person says so."""

    values: Mapping[str, str] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Give the words for what a claim needs and the card was not seen to say."""
        return tuple(_WORDS[name] for name in ("bin", "cardholder_id") if name not in self.values)


def read_card(text: str) -> CardRead:
    """Read the labelled values of a card; a label that stands there twice with two values is a doubt, not a value."""
    told = re.sub(r"[\t|;,\r\n\x1d\x1e]+", "\n", text[:LONGEST].upper())
    found: dict[str, list[str]] = {}
    doubts = []
    marks = list(_LABEL.finditer(told))
    for place, mark in enumerate(marks):
        name = _NAMES[mark["label"]]
        end = marks[place + 1].start() if place + 1 < len(marks) else len(told)
        value = told[mark.end() : end].split("\n", 1)[0].strip(" :#")
        word = value.replace(" ", "") if name in {"cardholder_id", "bin"} else value.split(" ", 1)[0]
        if not word:
            continue
        if re.fullmatch(_SHAPES[name], word):
            found.setdefault(name, [])
            if word not in found[name]:
                found[name].append(word)
        else:
            doubts.append(f"Beside {mark['label'].title()} stands {word[:24]}: that is no {_WORDS[name]}.")
    doubts += [
        f"The card says two {_WORDS[name]}s: {' and '.join(values)}."
        for name, values in found.items()
        if len(values) > 1
    ]
    return CardRead({name: values[0] for name, values in found.items() if len(values) == 1}, tuple(doubts))
