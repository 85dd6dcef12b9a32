"""What must be asked: a missing dose or rhythm, steps without an end, a product that does not fit."""

import itertools
from decimal import Decimal

from pestle.terms.sig.bodies import BODY_ROUTES, PAIRED_ROUTES
from pestle.terms.sig.draft import Draft, Drafted
from pestle.terms.sig.products import Product
from pestle.terms.sig.values import Relation

_HOURS = {"min": Decimal(1) / 60, "h": Decimal(1), "d": Decimal(24), "wk": Decimal(168), "mo": Decimal(720)}
# For these a dose is taken when the event comes, so no frequency is missing.
_RESCUES = frozenset({"opioid overdose", "allergic reaction", "low blood sugar", "seizure", "chest pain", "migraine"})
_EVENTS = frozenset({"onset", "activity"})
_NEEDS_A_UNIT = (
    BODY_ROUTES | PAIRED_ROUTES | {"od", "os", "oph", "ad", "as", "otic", "in", "nl", "nr", "sc", "im", "iv", "neb"}
)
_SOLIDS = frozenset({"tablet", "capsule"})
_EYE_ROUTES = frozenset({"ou", "od", "os", "oph", "ophs"})
_EAR_ROUTES = frozenset({"au", "ad", "as", "otic", "otics"})
# Draft limit for a pharmacist to confirm: more solid units in one dose than this is asked about.
MOST_SOLID_UNITS_IN_ONE_DOSE = 20
MOST_WITHOUT_A_UNIT = 10
MOST_OF_ANYTHING = 1_000_000
# Oral methotrexate outside oncology is weekly; daily use by mistake has killed (ISMP best practice 2).
_WEEKLY_ONLY = frozenset({"methotrexate", "mtx"})


def ask_what_is_missing(drafted: Drafted, product: Product, words: frozenset[str]) -> None:
    """Add the questions that stand between these directions and the label."""
    if not drafted.drafts:
        drafted.ask("directions", _nothing_read(drafted))
        return
    for draft in drafted.drafts:
        _ask_about_dose(drafted, draft)
        _ask_about_place(drafted, draft)
        _ask_about_rhythm(drafted, draft)
        _ask_about_product(drafted, draft, product)
    if len({draft.parity for draft in drafted.drafts} - {""}) == 1:
        drafted.ask("directions", "Even and odd days follow the calendar: what is taken on the other days?")
    _ask_about_sequence(drafted)
    if words & _WEEKLY_ONLY and any(_is_daily(draft) for draft in drafted.drafts):
        drafted.ask("frequency", "Methotrexate every day: is once a week meant?")


def _nothing_read(drafted: Drafted) -> str:
    if drafted.is_as_directed:
        return "“As directed” gives no dose and no frequency: how much, and how often?"
    return "No dose and no frequency could be read: how much, and how often?"


def _ask_about_dose(drafted: Drafted, draft: Draft) -> None:
    if draft.is_scale and draft.max_per_day is None and draft.low is None:
        drafted.ask("dose", "The sliding scale has no maximum here: what is the most in one day?")
    elif not draft.has_dose and draft.max_per_day is None:
        drafted.ask(
            "dose", "How much is one dose?" if draft.verb != "apply" else "How much is applied each time, and where?"
        )
    elif not draft.has_dose and not draft.is_scale:
        drafted.ask("dose", "A maximum is given but no dose: how much is one dose?")
    if draft.max_per_day is not None and draft.max_per_day <= 0:
        drafted.ask("maximum", "The maximum is zero: what is the most in one day?")
    if draft.low is not None and draft.high is not None:
        if draft.high <= 0:
            drafted.ask("dose", "The dose is zero: how much is one dose?")
        if draft.unit in _SOLIDS and draft.high > MOST_SOLID_UNITS_IN_ONE_DOSE:
            drafted.ask("dose", f"{draft.high:f} {draft.unit}s in one dose: is that right?")
        if draft.unit is None and (draft.high > MOST_WITHOUT_A_UNIT or draft.route in _NEEDS_A_UNIT):
            drafted.ask("dose", f"{draft.high:f} of what?")
        if draft.high > MOST_OF_ANYTHING:
            drafted.ask("dose", f"{draft.high:,f} in one dose: is that right?")
        if draft.unit == "grain":
            drafted.ask("dose", "The dose is in grains: what is it in mg?")


def _ask_about_place(drafted: Drafted, draft: Draft) -> None:
    if draft.unit in _SOLIDS and draft.route in BODY_ROUTES:
        drafted.ask("route", f"A {draft.unit} is named beside a part of the body: where is it to go?")


def _ask_about_rhythm(drafted: Drafted, draft: Draft) -> None:
    if draft.frequency is None and not draft.days_of_week and not _is_for_an_event(draft):
        detail = " “As directed” does not say." if drafted.is_as_directed else ""
        drafted.ask("frequency", f"How often is it taken?{detail}")
    if draft.frequency == 0 and not draft.frequency_max:
        drafted.ask("frequency", "The frequency is zero: how often is it taken?")
    if draft.period is not None and draft.period <= 0:
        drafted.ask("frequency", "The interval is zero: how often is it taken?")
    if draft.duration is not None and draft.duration <= 0:
        drafted.ask("duration", "The length of treatment is zero: how long is it taken?")
    if draft.frequency_max and draft.frequency and draft.frequency > draft.frequency_max:
        drafted.ask("frequency", "The frequency runs backwards: which is right?")
    if _interval_is_longer_than_course(draft):
        drafted.ask("frequency", "The interval between doses is longer than the course: are hours meant?")
    if (draft.frequency or 0) > 24 and draft.period_unit == "d":
        drafted.ask("frequency", f"{draft.frequency} times a day: is that right?")


def _is_for_an_event(draft: Draft) -> bool:
    if draft.repeat or _EVENTS & set(draft.when) or draft.is_once:
        return True
    if (draft.is_scale or draft.prn) and draft.max_per_day is not None:
        return True
    if "stool" in draft.when and draft.max_per_day is not None:
        return True
    reasons = set((draft.reason or "").split("/")) | set((draft.purpose or "").split("/"))
    return bool(_RESCUES & reasons) and bool(
        {"opioid overdose", "allergic reaction", "low blood sugar", "seizure"} & reasons
    )


def _interval_is_longer_than_course(draft: Draft) -> bool:
    if (
        draft.duration is None
        or draft.period is None
        or draft.duration_unit not in _HOURS
        or draft.period_unit not in _HOURS
    ):
        return False
    return draft.period * _HOURS[draft.period_unit] > draft.duration * _HOURS[draft.duration_unit]


def _ask_about_product(drafted: Drafted, draft: Draft, product: Product) -> None:
    if product.kind == "solid" and draft.unit in {"mL", "drop", "puff", "spray"} and draft.echo is None:
        drafted.ask(
            "product", f"The dose is in {draft.unit}, but the product is counted in {product.unit}s: which is right?"
        )
    if (
        product.kind in {"liquid", "cream", "eye", "ear", "inhaler"}
        and draft.unit in _SOLIDS
        and product.unit != draft.unit
    ):
        drafted.ask("product", f"The dose is in {draft.unit}s, but the product is not: which is right?")
    if product.kind == "eye" and draft.route in _EAR_ROUTES:
        drafted.ask("route", "The product is for the eye, the directions name the ear: which is right?")
    if product.kind == "ear" and draft.route in _EYE_ROUTES:
        drafted.ask("route", "The product is for the ear, the directions name the eye: which is right?")


def _ask_about_sequence(drafted: Drafted) -> None:
    drafts = drafted.drafts
    for draft, following in itertools.pairwise(drafts):
        if following.relation is Relation.THEN and draft.duration is None and not draft.is_once:
            drafted.ask("duration", "How long does the first step last before the next one begins?")


def _is_daily(draft: Draft) -> bool:
    return (
        draft.period_unit in {"d", "h"}
        and draft.frequency is not None
        and (draft.period or 0) * _HOURS[draft.period_unit] < 48
    )
