"""Directions in, steps and questions out: the front door of the parser."""

from collections.abc import Mapping

from pestle.terms.sig.asking import ask_what_is_missing
from pestle.terms.sig.draft import Draft
from pestle.terms.sig.expansion import apply_library
from pestle.terms.sig.grammar import read_tokens
from pestle.terms.sig.hazards import error_prone
from pestle.terms.sig.inferring import infer
from pestle.terms.sig.lexing import lex
from pestle.terms.sig.products import product_of
from pestle.terms.sig.settling import settle
from pestle.terms.sig.values import Directions, Question, Step

MOST_LETTERS = 2000
_MIXED_IN_WATER = frozenset({"g", "packet", "scoop", "capful", "tablet"})
_SPANISH = frozenset(
    {"tome", "cada", "veces", "tableta", "tabletas", "dia", "dias", "capsulas", "horas", "aplique", "gotas"}
)


def read_directions(
    text: str,
    product_form: str | None = None,
    *,
    structured: tuple[Step, ...] | None = None,
    sig_library: Mapping[str, str] | None = None,
) -> Directions:
    """Read directions as a prescriber wrote them.

    `product_form` is a dosage form or a product's whole name; `structured` are the coded steps that came with the
    text, and a difference between the two is asked about; `sig_library` holds the pharmacy's own shorthand, which
    goes before the house's. Never raises for any text: what cannot be read becomes a question.
    """
    if len(text) > MOST_LETTERS:
        question = Question("directions", f"The directions are longer than {MOST_LETTERS} letters: are they all meant?")
        return Directions(text=text[:MOST_LETTERS], questions=(question,))
    written = apply_library(text, sig_library) if sig_library else text
    product = product_of(product_form)
    lexed = lex(written)
    drafted = read_tokens(lexed.tokens, product.words)
    settle(drafted)
    for draft in drafted.drafts:
        if "mix_water" in drafted.notes and draft.unit in _MIXED_IN_WATER:
            draft.route = draft.route or "po"
        assumed = infer(draft, product)
        if assumed and assumed not in drafted.assumptions:
            drafted.assumptions.append(assumed)
    word_set = frozenset(lexed.words)
    if "once" in word_set and _SPANISH & word_set:
        drafted.ask("frequency", "“Once” is eleven in Spanish and one time in English: which is meant?")
    if _has_decimal_comma(lexed.words):
        drafted.ask("dose", "A number is written with a comma: is it a decimal comma?")
    ask_what_is_missing(drafted, product, word_set | product.words)
    if drafted.is_as_directed and not drafted.questions:
        drafted.unread.append("as directed")
    steps = tuple(_step(draft) for draft in drafted.drafts)
    if structured is not None and not agrees(steps, structured):
        drafted.ask("directions", "The written directions and the coded ones do not agree: which are right?")
    return Directions(
        text=text,
        steps=steps,
        notes=tuple(drafted.notes),
        hazards=error_prone(written, lexed.words),
        assumptions=tuple(drafted.assumptions),
        corrections=tuple(lexed.corrections),
        unread=tuple(drafted.unread),
        questions=tuple(drafted.questions),
        rest_days=drafted.rest_days,
    )


def agrees(ours: tuple[Step, ...], coded: tuple[Step, ...]) -> bool:
    """Tell whether two readings agree in dose, rhythm and length; what one leaves out is no clash."""
    if len(ours) != len(coded):
        return False
    fields = (
        "dose_low",
        "dose_high",
        "unit",
        "frequency",
        "frequency_max",
        "period",
        "period_max",
        "period_unit",
        "route",
    )
    for mine, theirs in zip(ours, coded, strict=True):
        for name in (*fields, "duration", "duration_unit", "max_per_day"):
            one, other = getattr(mine, name), getattr(theirs, name)
            if one is not None and other is not None and one != other:
                return False
        if theirs.prn != mine.prn:
            return False
    return True


def _has_decimal_comma(words: list[str]) -> bool:
    triples = zip(words, words[1:], words[2:], words[3:], strict=False)
    return any(a.isdigit() and b == "," and c.isdigit() and d in {"ml", "mg", "mcg", "g"} for a, b, c, d in triples)


def _step(draft: Draft) -> Step:
    return Step(
        verb=draft.verb,
        dose_low=draft.low,
        dose_high=draft.high,
        unit=draft.unit,
        amount=draft.amount,
        route=draft.route,
        site=draft.site,
        frequency=draft.frequency,
        frequency_max=draft.frequency_max,
        period=draft.period,
        period_max=draft.period_max,
        period_unit=draft.period_unit,
        when=tuple(draft.when),
        offset_minutes=draft.offset,
        times=tuple(draft.times),
        days_of_week=tuple(draft.days_of_week),
        duration=draft.duration,
        duration_max=draft.duration_max,
        duration_unit=draft.duration_unit,
        prn=draft.prn or (draft.frequency == 0 and draft.frequency_max is not None),
        prn_reason=draft.reason,
        purpose=draft.purpose,
        max_per_day=draft.max_per_day,
        max_unit=draft.max_unit or (draft.unit if draft.max_per_day is not None else None),
        repeat=draft.repeat,
        relation=draft.relation,
    )
