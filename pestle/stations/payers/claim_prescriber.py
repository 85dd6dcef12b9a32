"""A way on that needs the prescriber: ask for a drug the plan pays for, and wait for the answer."""

from datetime import datetime
from uuid import UUID

from pestle.flows.fill import FILL
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.stations.acts import act_within, one_act
from pestle.stations.intake.prescriber_requests import ask_change
from pestle.stations.payers.claim_settling import mark_resolved
from pestle.stations.payers.claims import STATION, last_rejected, the_fill
from pestle.stations.waiting import set_wait
from pestle.terms.roles import Role
from pestle.wire.script.codes import CHANGE_REQUESTS

WAITS_FOR = "prescriber"
WAY = "prescriber"


@one_act
def ask_prescriber(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, code: str, reason: str, wakes_at: datetime
) -> Fill:
    """This will ask the prescriber for a change of what the plan does not pay for, and hold the fill until then.

    The request goes over the network, or becomes a task to telephone where none reaches; either way a task wakes up.
    What is approved arrives as a prescription that replaces this one. A pharmacist's, as the choice of therapy is.
    """
    fill = the_fill(fill_id, by)
    last = last_rejected(fill)
    remark = CHANGE_REQUESTS.get(code, "")
    set_wait(fill, reason=WAITS_FOR, wakes_at=wakes_at, owner_role=Role.TECHNICIAN.value, remark=remark)
    taken = FILL.take("ask_prescriber", fill.facts(at, by, reason=reason), by.roles)
    told = {"reason": WAITS_FOR, "remark": remark, "code": code}
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=told)
    ask_change(
        act_id=act_within(act_id, "ask change"), by=by, at=at, prescription_id=fill.prescription_id, code=code,
        reason=reason,
    )  # fmt: skip
    mark_resolved(last, WAY, by=by, at=at)
    return fill
