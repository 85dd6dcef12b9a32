"""What a language must bring to write directions: its words, and how it joins them."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrasebook:
    """The phrases of one language. A file in `languages/` that holds a PHRASEBOOK adds that language.

    verbs         by verb, or by "verb:unit" and "verb:route" where the language says it otherwise
    units         one and many of each unit
    per, spans    by d, wk, mo, h, min
    named_once    rhythms of one dose with a name of their own, by period ("once a day")
    named_every   intervals with a name of their own ("every other day")
    sites         places whose own words say more than their route, each with its preposition, and with the
                  side; one that is not there is written as it came, and in another language told as not translated
    silent_routes verb and route pairs whose route goes without saying
    """

    verbs: dict[str, str]
    units: dict[str, tuple[str, str]]
    contents_of_capsule: tuple[str, str]
    amounts: dict[str, str]
    routes: dict[str, str]
    silent_routes: frozenset[tuple[str | None, str]]
    sites: dict[str, str]
    to_site: str
    range: str
    span_range: str
    up_to: str
    once: str
    times: str
    per: dict[str, str]
    spans: dict[str, tuple[str, str]]
    every: str
    named_once: dict[tuple[Decimal, str], str]
    named_every: dict[tuple[Decimal, str], str]
    one_time: str
    when: dict[str, str]
    takes_offset: frozenset[str]
    clock: Callable[[str], str]
    weekdays: dict[str, str]
    on_days: str
    prn: str
    prn_for: str
    purpose: str
    reasons: dict[str, str]
    duration: str
    up_to_doses: str
    up_to_n_doses: str
    then: str
    plus: str
    join_two: Callable[[str, str], str]
    join: Callable[[list[str]], str]
    join_or: Callable[[list[str]], str]
    maximum: str
    rest: str
    repeat: str
    repeat_once: str
    repeat_plain: tuple[str, str]
    notes: dict[str, str]
