"""The pharmacist's two checks on the made-up day: decisions on alerts, approvals, final checks and send-backs."""

from datetime import timedelta

from django.utils import timezone

from pestle.demo.day.desk import Desk
from pestle.demo.day.work import next_fill
from pestle.flows.fill import FillState
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.stations.bench import verification
from pestle.stations.waiting import hold

FIRST_TIME = "send_back_to_entry"


def at_pre_check(desk: Desk, by: Worker) -> bool:
    """This will check the next order; gives whether there was one."""
    return next_fill(desk, by, (FillState.AWAITING_CHECK,), _check_order)


def at_verification(desk: Desk, by: Worker) -> bool:
    """This will check the next filled vial; gives whether there was one."""
    return next_fill(desk, by, (FillState.FILLED,), _check_product)


def _check_order(desk: Desk, by: Worker, fill: Fill) -> None:
    about = (fill.prescription.rx_number, fill.number)
    for finding in fill.dur_findings.filter(decided_by=None).order_by("pk"):
        if finding.is_serious and desk.dice.happens(25, "call", *about, finding.code):
            _call_prescriber(desk, by, fill, finding.sentence)
            return
        desk.act(
            verification.decide_alert, by=by, finding_id=finding.pk, decision="Taken before without trouble; asked.",
            service_code="M0", result_code="1G",
        )  # fmt: skip
        desk.meet("alerts decided")
    if desk.dice.happens(2.5, "back to entry", *about) and not fill.events().filter(verb=FIRST_TIME).exists():
        reason = "Reckon the days' supply again from the directions."
        desk.act(verification.send_back, by=by, fill_id=fill.pk, fields=["days_supply"], reason=reason)
        desk.meet("sent back to entry")
        return
    desk.act(verification.approve, by=by, fill_id=fill.pk)


def _call_prescriber(desk: Desk, by: Worker, fill: Fill, sentence: str) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    desk.act(
        hold, by=by, fill_id=fill.pk, reason="prescriber", wakes_at=tomorrow, owner=by, remark=sentence[:200]
    )  # fmt: skip
    desk.meet("held for the prescriber")


def _check_product(desk: Desk, by: Worker, fill: Fill) -> None:
    about = (fill.prescription.rx_number, fill.number, fill.part)
    times = fill.events().filter(verb="send_back_to_filling").count()
    if desk.dice.happens(2, "back to filling", *about) and not times:
        reason = "Two tablets are broken: count it again."
        desk.act(verification.send_back, by=by, fill_id=fill.pk, fields=["count"], reason=reason)
        desk.tally.put_back(fill.pk)
        desk.meet("sent back to filling")
        return
    desk.act(verification.verify, by=by, fill_id=fill.pk, checked=("data", "product"))
