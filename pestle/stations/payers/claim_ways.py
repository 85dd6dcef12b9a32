"""Takes the way of the playbook a worker chose: reads what was typed for it and does the one act it stands for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pestle.records.events import Act
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.rules.reject_playbook import Deed, Need, Way, ways_of
from pestle.stations.payers import claims
from pestle.stations.payers.claim_cards import CORRECTABLE
from pestle.stations.payers.claim_prescriber import ask_prescriber
from pestle.stations.payers.claim_sets import Card, take_new_card
from pestle.stations.payers.claim_settling import chain
from pestle.stations.payers.claims import Changes, Overrides
from pestle.terms.decimals import typed_decimal, typed_whole
from pestle.terms.findings import refuse
from pestle.terms.typed_days import read_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A way with what was typed for it."""

    way: Way
    typed: Mapping[str, str]
    act_id: UUID
    by: Worker
    at: datetime
    fill: Fill
    because: Mapping[str, str]


def take_way(
    *,
    act_id: UUID,
    by: Worker,
    at: datetime,
    fill_id: int,
    key: str,
    typed: Mapping[str, str],
    because: Mapping[str, str] | None = None,
) -> None:
    """This will do what a way of the playbook stands for; raises Refused naming the field that is missing or wrong."""
    if Act.objects.filter(act_id=act_id, worker=by).exists():
        # A double click: the act is done, and its reject is no longer there to be looked at.
        return
    fill = claims.the_fill(fill_id, by)
    last = chain(fill)[-1:]
    codes = tuple(last[0].rejects.values_list("code", flat=True)) if last else ()
    found = next((way for way in ways_of(codes, there=frozenset(Need)) if way.key == key), None)
    if found is None:
        raise refuse("This is no way on from this reject: look at it again.", rule="way_is_in_the_playbook")
    choice = Choice(way=found, typed=typed, act_id=act_id, by=by, at=at, fill=fill, because=because or {})
    _DEEDS[found.deed](choice)


def _resend(choice: Choice) -> None:
    codes = (choice.way.code,) if choice.way.code else ()
    said = Overrides(clarification_codes=codes, reason=_reason(choice) if codes else "")
    claims.resend(**_given(choice), overrides=said, choice=choice.way.key, because=choice.because)


def _correct(choice: Choice) -> None:
    last = chain(choice.fill)[-1]
    typed = {name: _iso(name, text) for name, text in choice.typed.items() if name in CORRECTABLE}
    changed = {name: text for name, text in typed.items() if text != str(last.asked.get(name, ""))}
    if not changed:
        field = next(iter(typed), "")
        raise refuse("Nothing was changed: put the field right first.", rule="something_is_put_right", field=field)
    claims.resend(**_given(choice), corrections=changed, choice=choice.way.key, because=choice.because)


def _change(choice: Choice) -> None:
    changes = Changes(
        quantity=_number(choice.typed, "quantity"),
        days_supply=_whole(choice.typed, "days_supply"),
        package_id=_whole(choice.typed, "package") if "package" in choice.typed else None,
    )
    claims.resend(**_given(choice), changes=changes, choice=choice.way.key, because=choice.because)


def _authorized(choice: Choice) -> None:
    number = _text(choice.typed, "authorization_number", "Type the number the plan gave.")
    if typed_whole(number) is None or len(number) > 11:
        raise refuse(
            "Type the number as the plan gave it: at most eleven digits.",
            rule="number_fits_462_EV",
            field="authorization_number",
        )
    said = Overrides(authorization_kind=choice.typed.get("authorization_kind", "1"), authorization_number=number)
    claims.resend(**_given(choice), overrides=said, choice=choice.way.key, because=choice.because)


def _ask_authorization(choice: Choice) -> None:
    wakes_at = claims.opening_on(choice.fill, _day(choice.typed, "wakes_on", today=choice.fill.local_day(choice.at)))
    claims.ask_authorization(**_given(choice), wakes_at=wakes_at, remark=choice.typed.get("remark", ""))


def _hold(choice: Choice) -> None:
    claims.hold_until_payer_date(**_given(choice))


def _next_plan(choice: Choice) -> None:
    claims.bill_next_plan(**_given(choice), because=choice.because)


def _go_on(choice: Choice) -> None:
    claims.go_on_with_what_is_paid(**_given(choice))


def _cash(choice: Choice) -> None:
    claims.charge_cash(**_given(choice), choice=choice.way.key, because=choice.because)


def _new_card(choice: Choice) -> None:
    typed = choice.typed
    card = Card(
        bin=_text(typed, "bin", "Type the BIN of the new card."),
        pcn=typed.get("pcn", ""),
        group=typed.get("group", ""),
        cardholder_id=_text(typed, "cardholder_id", "Type the ID of the new card."),
        person_code=typed.get("person_code", ""),
    )
    last = chain(choice.fill)[-1]
    take_new_card(
        act_id=choice.act_id, by=choice.by, at=choice.at, coverage_id=last.coverage_id, card=card,
        old_ends_on=_day(typed, "old_ends_on"),
    )  # fmt: skip


def _dur(choice: Choice) -> None:
    said = Overrides(dur=(_triplet(choice.typed),))
    claims.resend(**_given(choice), overrides=said, choice=choice.way.key, because=choice.because)


def _prepare_dur(choice: Choice) -> None:
    claims.prepare_dur(**_given(choice), answers=(_triplet(choice.typed),))


def _ask_prescriber(choice: Choice) -> None:
    ask_prescriber(
        **_given(choice), code=choice.typed.get("change_code", ""), reason=choice.typed.get("change_reason", ""),
        wakes_at=claims.opening_on(choice.fill, _day(choice.typed, "wakes_on", today=choice.fill.local_day(choice.at))),
    )  # fmt: skip


_DEEDS: Mapping[Deed, Callable[[Choice], None]] = {
    Deed.RESEND: _resend,
    Deed.CORRECT: _correct,
    Deed.CHANGE: _change,
    Deed.AUTHORIZED: _authorized,
    Deed.ASK_AUTHORIZATION: _ask_authorization,
    Deed.HOLD: _hold,
    Deed.NEXT_PLAN: _next_plan,
    Deed.GO_ON: _go_on,
    Deed.NEW_CARD: _new_card,
    Deed.CASH: _cash,
    Deed.DUR: _dur,
    Deed.PREPARE_DUR: _prepare_dur,
    Deed.ASK_PRESCRIBER: _ask_prescriber,
}


def _given(choice: Choice) -> dict[str, Any]:
    return {"act_id": choice.act_id, "by": choice.by, "at": choice.at, "fill_id": choice.fill.pk}


def _reason(choice: Choice) -> str:
    """Put what was typed into the one sentence an auditor reads; raises Refused naming what is missing."""
    parts = []
    for ask in choice.way.asks:
        text = choice.typed.get(ask.name, "").strip()
        if not text:
            raise refuse(f"“{ask.label}” is needed for this code.", rule="override_has_its_proof", field=ask.name)
        if ask.kind == "day":
            text = f"{_day(choice.typed, ask.name, today=choice.fill.local_day(choice.at)):%b %d, %Y}"
        parts.append(f"{ask.label.lower()} {text}")
    return f"{choice.way.title}: {', '.join(parts)}"


def _triplet(typed: Mapping[str, str]) -> tuple[str, str, str]:
    names = ("dur_reason", "dur_service", "dur_result")
    values = tuple(_text(typed, name, "All three codes are needed.") for name in names)
    return values[0], values[1], values[2]


def _text(typed: Mapping[str, str], name: str, sentence: str) -> str:
    text = typed.get(name, "").strip()
    if not text:
        raise refuse(sentence, rule="field_is_given", field=name)
    return text


def _number(typed: Mapping[str, str], name: str) -> Decimal | None:
    text = typed.get(name, "").strip()
    number = typed_decimal(text)
    if text and number is None:
        raise refuse("Type a number.", rule="field_is_a_number", field=name)
    return number


def _whole(typed: Mapping[str, str], name: str) -> int | None:
    text = typed.get(name, "").strip()
    number = typed_whole(text)
    if text and number is None:
        raise refuse("Type a whole number.", rule="field_is_a_number", field=name)
    return number


def _day(typed: Mapping[str, str], name: str, *, today: date | None = None) -> date:
    """Read a typed day; a short one, where today is given, is the next such day."""
    day = read_day(typed.get(name, ""), today=today, is_ahead=True)
    if day is None:
        raise refuse("Type the day as 11/25/2026.", rule="field_is_a_day", field=name)
    return day


def _iso(name: str, text: str) -> str:
    return _day({name: text}, name).isoformat() if name == "born_on" else text.strip()
