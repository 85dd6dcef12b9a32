"""Data entry on the made-up day: what is missing is asked or reckoned, then the claim goes out or cash is charged."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from pestle.demo.day.desk import Desk, rules_of
from pestle.demo.day.drop_off import answer_duplicates, ask_allergies
from pestle.demo.day.work import load, next_fill
from pestle.flows.fill import FillState
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.stations.entry import data_entry
from pestle.stations.payers import claim_opening
from pestle.terms.decimals import plain
from pestle.terms.findings import Refused
from pestle.terms.roles import Role
from pestle.terms.schedule import Schedule

MOST_TRIES = 4
CLEAR = "Inject 6 units under the skin three times daily before meals"
VAGUE = " or as directed"


def at_data_entry(desk: Desk, by: Worker) -> bool:
    """This will type the next prescription; gives whether there was one."""
    return next_fill(desk, by, (FillState.IN_ENTRY,), _enter)


def _enter(desk: Desk, by: Worker, fill: Fill) -> None:
    for _ in range(MOST_TRIES):
        _clarify(desk, fill)
        typed = _to_type(load(fill.pk))
        try:
            desk.act(data_entry.finish_entry, by=by, fill_id=fill.pk, typed=typed, payment=_payment(fill))
        except Refused as refusal:
            if not _mended(desk, by, load(fill.pk), rules_of(refusal)):
                raise
            if load(fill.pk).state != FillState.IN_ENTRY:
                return
        else:
            return


def _to_type(fill: Fill) -> dict[str, str]:
    typed: dict[str, str] = {}
    if fill.days_supply is None:
        typed["days_supply"] = "30" if fill.quantity >= 14 else str(max(int(fill.quantity), 1))
    if "days_supply" in fill.marked_fields and fill.days_supply:
        typed["days_supply"] = str(fill.days_supply)
    if not fill.quantity and fill.prescription.quantity_written:
        typed["quantity"] = plain(fill.prescription.quantity_written)
    if fill.prescription.schedule == Schedule.II.value and fill.prescription.refills:
        typed["refills"] = "0"
    return typed


def _payment(fill: Fill) -> str:
    patient = fill.prescription.patient
    has_plan = patient is not None and bool(claim_opening.plans_of(patient, fill.local_day(timezone.now())))
    return "plan" if has_plan else "cash"


def _clarify(desk: Desk, fill: Fill) -> None:
    rx = load(fill.pk).prescription
    if not rx.directions_need_clarification or rx.clarification:
        return
    said = str((rx.as_received.get("drug") or {}).get("directions", ""))
    meant = said.partition(VAGUE)[0] if VAGUE in said else CLEAR if "scale" in said else said
    desk.act(
        data_entry.clarify_directions, by=desk.workers["Priya"], fill_id=fill.pk, directions=meant,
        said_by="M. Cole RN",
    )  # fmt: skip
    desk.meet("directions clarified")


def _mended(desk: Desk, by: Worker, fill: Fill, rules: set[str]) -> bool:
    """Do what a technician does about the first thing in the way; gives whether it is worth trying again."""
    patient = fill.prescription.patient
    if "allergies_are_asked" in rules and patient is not None:
        ask_allergies(desk, by, patient)
        return True
    if "duplicate_is_answered" in rules:
        answer_duplicates(desk, by, fill)
        return True
    if "fill_is_not_before_its_earliest_date" in rules and fill.prescription.earliest_fill_on:
        zone = ZoneInfo(fill.pharmacy.time_zone)
        wakes_at = datetime.combine(fill.prescription.earliest_fill_on, time(8), tzinfo=zone)
        desk.act(data_entry.store_on_profile, by=by, fill_id=fill.pk, wakes_at=wakes_at)
        desk.meet("put on profile")
        return True
    if "refill_is_not_too_soon" in rules:
        wakes_at = timezone.now() + timedelta(days=5)
        desk.act(data_entry.store_on_profile, by=by, fill_id=fill.pk, wakes_at=wakes_at, reason="refill date")
        desk.meet("put on profile")
        return True
    if "electronic_controlled_is_signed" in rules:
        desk.put_aside(fill, "Not signed: the prescriber sends it again.", by=by, owner=Role.TECHNICIAN)
        return True
    return False
