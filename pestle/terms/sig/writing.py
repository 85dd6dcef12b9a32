"""Directions onto the label, in any language that has a phrase book."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from pestle.terms.sig import languages as language_folder
from pestle.terms.sig.phrasebook import Phrasebook
from pestle.terms.sig.values import Directions, Relation, Repeat, Step

NOT_REVIEWED = "not yet reviewed by a qualified translator"
_IN_FRACTIONS = frozenset(
    {None, "tablet", "capsule", "patch", "suppository", "packet", "film", "scoop", "capful", "lozenge"}
)
_FRACTIONS = {Decimal("0.25"): "1/4", Decimal("0.5"): "1/2", Decimal("0.75"): "3/4"}
_GENERAL = frozenset({"ac", "pc", "cc"})
_NO_COUNT = frozenset({"food", "es", "stool", "proc", "onset", "activity", "dialysis", "ac1"})
_JOINED_SITES = re.compile(" (and|or) ")
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class LabelText:
    """Label text in one language; `note` says so while no qualified translator has read that language's phrases."""

    text: str
    language: str
    is_reviewed: bool
    untranslated: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """Give the sentence that must stand beside unreviewed text; empty when it was reviewed."""
        return "" if self.is_reviewed else NOT_REVIEWED

    def __str__(self) -> str:
        return self.text


def languages() -> tuple[str, ...]:
    """Give the codes of the languages that have a phrase book."""
    return tuple(sorted(module.name for module in iter_modules(language_folder.__path__)))


def write_directions(
    directions: Directions, language: str = "en", *, reviewed_languages: frozenset[str] = frozenset({"en"})
) -> LabelText:
    """Write the label text: digits, known times of day, no abbreviations (USP <17>).

    `reviewed_languages` is the pharmacy's configuration: the languages whose phrases a qualified translator has read.
    ValueError for a language without a phrase book. What has to be asked is not written; see `questions`.
    """
    book = _phrasebook(language)
    untranslated: list[str] = []
    sentences = _steps(directions, book, untranslated)
    sentences += [_note(note, book, untranslated) for note in directions.notes]
    text = " ".join(sentence for sentence in sentences if sentence)
    return LabelText(text, language, language in reviewed_languages, tuple(dict.fromkeys(untranslated)))


@lru_cache(maxsize=16)
def _phrasebook(language: str) -> Phrasebook:
    if language not in languages():
        raise ValueError(f"No phrase book for “{language}”; there are {', '.join(languages())}.")
    book = import_module(f"{language_folder.__name__}.{language}").PHRASEBOOK
    if not isinstance(book, Phrasebook):
        raise TypeError(f"{language} holds no phrase book")
    return book


def _steps(directions: Directions, book: Phrasebook, untranslated: list[str]) -> list[str]:
    if not directions.steps:
        return []
    text = ""
    after = []
    last = len(directions.steps) - 1
    for place, step in enumerate(directions.steps):
        part = _step(step, book, untranslated)
        if place < last and _has_maximum(step):
            part += f" ({_maximum(step, book)})"
        elif _has_maximum(step):
            after.append(f"{_capital(_maximum(step, book))}.")
        if step.repeat:
            after.append(_repeat(step.repeat, book))
        text = _joined(text, part, step.relation, book) if place else part
    if directions.rest_days:
        text += book.rest.format(n=directions.rest_days)
    return [f"{_capital(text).removesuffix('.')}.", *after]


def _joined(text: str, part: str, relation: Relation | None, book: Phrasebook) -> str:
    if relation is Relation.THEN:
        return f"{text}{book.then}{part}"
    if relation is Relation.PLUS:
        return f"{text} {book.plus} {part}"
    return book.join_two(text, part)


def _step(step: Step, book: Phrasebook, untranslated: list[str]) -> str:
    words = [
        _verb(step, book),
        _dose(step, book),
        _route(step, book, untranslated),
        _rhythm(step, book),
        _days(step, book),
        _prn(step, book, untranslated),
        _duration(step, book),
    ]
    text = " ".join(word for word in words if word)
    if step.duration_unit == "dose" and not step.is_given_once and step.duration is not None:
        text += book.up_to_doses.format(n=plain_number(step.duration))
    if step.purpose and not step.prn:
        text += f" {book.purpose.format(reason=_reason(step.purpose, book, untranslated))}"
    return text


def _verb(step: Step, book: Phrasebook) -> str:
    for key in (f"{step.verb}:{step.unit}", f"{step.verb}:{step.route}", step.verb or "use"):
        if key in book.verbs:
            return book.verbs[key]
    return book.verbs["use"]


def _dose(step: Step, book: Phrasebook) -> str:
    if step.amount:
        return book.amounts[step.amount]
    if step.dose_low is None or step.dose_high is None:
        return ""
    one, many = book.units.get(step.unit or "", ("", ""))
    if (step.verb, step.unit) == ("inhale", "capsule"):
        one, many = book.contents_of_capsule
    count = _count(step.dose_low, step.dose_high, step.unit, book)
    return (
        (one if step.dose_high <= 1 else many).format(n=count)
        if "{n}" in one
        else f"{count} {one if step.dose_high <= 1 else many}".strip()
    )


def _count(low: Decimal, high: Decimal, unit: str | None, book: Phrasebook) -> str:
    if low == high:
        return _dose_number(low, unit)
    if low == 0:
        return book.up_to.format(n=_dose_number(high, unit))
    return book.range.format(low=_dose_number(low, unit), high=_dose_number(high, unit))


def _dose_number(value: Decimal, unit: str | None) -> str:
    if unit in _IN_FRACTIONS and value % 1 in _FRACTIONS:
        whole = int(value)
        fraction = _FRACTIONS[value % 1]
        return f"{whole} {fraction}" if whole else fraction
    return plain_number(value)


def plain_number(value: Decimal) -> str:
    """Write a number for a label: a zero before the point, none after it, commas from 1,000."""
    if value == value.to_integral_value():
        return f"{int(value):,}"
    return f"{value.normalize():,f}"


def _route(step: Step, book: Phrasebook, untranslated: list[str]) -> str:
    if step.site:
        return _site(step.site, book, untranslated)
    if step.route is None or (step.verb, step.route) in book.silent_routes:
        return ""
    return book.routes[step.route]


def _site(site: str, book: Phrasebook, untranslated: list[str]) -> str:
    joined = [site] if site in book.sites else _JOINED_SITES.split(site)
    if all(part in book.sites for part in joined[::2]):
        words = [book.sites[part] for part in joined[::2]]
        return book.join_or(words) if "or" in joined[1::2] else book.join(words)
    untranslated.append(site)
    return book.to_site.format(site=site)


def _rhythm(step: Step, book: Phrasebook) -> str:
    whens = [_when(code, step, book) for code in step.when]
    times = [book.clock(time) for time in step.times]
    extra = len(times) + sum(1 for code in step.when if code not in _GENERAL | _NO_COUNT)
    is_daily = step.period == ONE and step.period_unit == "d"
    plain = is_daily and not step.frequency_max and step.frequency is not None
    if plain and step.frequency is not None and 0 < extra < step.frequency and not _GENERAL & set(step.when):
        return book.join_two(_frequency(step, book, step.frequency - extra), book.join(whens + times))
    return " ".join(part for part in (_frequency(step, book, step.frequency), book.join(whens + times)) if part)


def _when(code: str, step: Step, book: Phrasebook) -> str:
    named = "before_hs" if code == "hs" and step.offset_minutes else code
    phrase = book.when[named]
    if step.offset_minutes and (named != code or code in book.takes_offset):
        low, high = step.offset_minutes
        unit = "h" if low % 60 == 0 and high % 60 == 0 else "min"
        scale = 60 if unit == "h" else 1
        return f"{_span(Decimal(low // scale), Decimal(high // scale), unit, book)} {phrase}"
    return phrase


def _span(low: Decimal, high: Decimal, unit: str, book: Phrasebook) -> str:
    one, many = book.spans[unit]
    if low == high:
        return f"{plain_number(low)} {one if low == 1 else many}"
    return f"{book.span_range.format(low=plain_number(low), high=plain_number(high))} {many}"


def _frequency(step: Step, book: Phrasebook, count: int | None) -> str:
    if count is None:
        return ""
    if step.period is None:
        return "" if step.repeat else book.one_time
    unit = step.period_unit or "d"
    if step.period_max or (count == 1 and not step.frequency_max and (step.period, unit) not in book.named_once):
        return _every(step, book, unit)
    if step.frequency_max:
        return _frequency_range(step, book, unit)
    if (step.period, unit) in book.named_once and count == 1:
        return book.named_once[(step.period, unit)]
    times = book.times.format(n=count)
    return f"{times} {book.per[unit]}" if step.period == ONE else f"{times} {_every(step, book, unit)}"


def _frequency_range(step: Step, book: Phrasebook, unit: str) -> str:
    low, high = step.frequency or 0, step.frequency_max or 0
    if low == 0:
        counted = book.up_to.format(n=book.times.format(n=high) if high != 1 else book.once)
    else:
        counted = book.times.format(n=book.range.format(low=low, high=high))
    per = book.per[unit] if step.period == ONE else _every(step, book, unit)
    return f"{counted} {per}"


def _every(step: Step, book: Phrasebook, unit: str) -> str:
    period = step.period or ONE
    if step.period_max:
        return book.every.format(span=_span(period, step.period_max, unit, book))
    if (period, unit) in book.named_every:
        return book.named_every[(period, unit)]
    return book.every.format(span=_span(period, period, unit, book))


def _days(step: Step, book: Phrasebook) -> str:
    return (
        book.on_days.format(days=book.join([book.weekdays[day] for day in step.days_of_week]))
        if step.days_of_week
        else ""
    )


def _prn(step: Step, book: Phrasebook, untranslated: list[str]) -> str:
    if not step.prn:
        return ""
    reason = step.prn_reason or step.purpose
    return book.prn_for.format(reason=_reason(reason, book, untranslated)) if reason else book.prn


def _reason(reason: str, book: Phrasebook, untranslated: list[str]) -> str:
    parts = []
    for part in reason.split("/"):
        if part not in book.reasons:
            untranslated.append(part)
        parts.append(book.reasons.get(part, part))
    return book.join_or(parts)


def _duration(step: Step, book: Phrasebook) -> str:
    if step.duration is None or step.duration_unit in {"dose", None} or (step.is_given_once and step.duration == 1):
        return ""
    return book.duration.format(span=_span(step.duration, step.duration_max or step.duration, step.duration_unit, book))


def _has_maximum(step: Step) -> bool:
    return step.max_per_day is not None and not (step.period_unit == "min" and step.duration_unit == "dose")


def _maximum(step: Step, book: Phrasebook) -> str:
    high = step.max_per_day or Decimal(0)
    one, many = book.units.get(step.max_unit or step.unit or "", ("", ""))
    counted = f"{_dose_number(high, step.max_unit)} {(one if high <= 1 else many)}".strip()
    verb = _verb(step, book)
    return book.maximum.format(verb=verb, dose=counted)


def _repeat(repeat: Repeat, book: Phrasebook) -> str:
    if repeat.after_low is None or repeat.unit is None:
        return book.repeat_plain[repeat.doses == 2].format(n=repeat.doses) if repeat.doses else f"{book.repeat}."
    span = _span(repeat.after_low, repeat.after_high or repeat.after_low, repeat.unit, book)
    if repeat.doses == 2:
        return book.repeat_once.format(span=span)
    every = f"{book.repeat} {book.every.format(span=span)}"
    return f"{every} {book.up_to_n_doses.format(n=repeat.doses)}." if repeat.doses else f"{every}."


def _note(note: str, book: Phrasebook, untranslated: list[str]) -> str:
    key, _, value = note.partition(":")
    if key not in book.notes:
        untranslated.append(key)
        return ""
    if key == "remove_when":
        value = book.when.get(value, value)
    return book.notes[key].format(value=value, rest=24 - int(value) if value.isdigit() and int(value) < 24 else 0)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
