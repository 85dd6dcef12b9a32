"""Giving a prescription away to another pharmacy: closed here, told to whom, and never filled here again."""

from datetime import datetime
from uuid import UUID

from pestle.boards import board_named
from pestle.flows.fill import FILL
from pestle.flows.prescription import PRESCRIPTION
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.stations.acts import one_act
from pestle.terms.findings import refuse


@one_act
def transfer_out(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, pharmacy: str, person: str, reason: str
) -> Fill:
    """This will close a prescription and its open fill because another pharmacy takes it over.

    The other pharmacy and who took it there are kept. A controlled prescription goes from pharmacist to pharmacist
    (21 CFR 1306.25); the rules of the table hold that, and the board's row says which technician may transfer at all.
    """
    rows = Fill.objects.select_related("pharmacy", "prescription__patient", "prescription__pharmacy", "package")
    fill = rows.get(pk=fill_id, pharmacy_id=by.pharmacy_id)
    if not pharmacy.strip() or not person.strip():
        raise refuse(
            "Write the other pharmacy and who took it there.", rule="a_transfer_names_both_sides", field="pharmacy"
        )
    told = {"to": pharmacy.strip()[:80], "person": person.strip()[:80], "reason": reason.strip()[:200]}
    taken = FILL.take("transfer_out", fill.facts(at, by, reason=reason), by.roles)
    fill.record(taken, act_id=act_id, by=by, at=at, station="where", details=told)
    rx, board = fill.prescription, board_named(fill.pharmacy.board)
    facts = rx.facts(at, fill.local_day(at), board=board, roles=by.roles, reason=reason)
    rx.record(PRESCRIPTION.take("transfer_out", facts, by.roles), act_id=act_id, by=by, at=at, details=told)
    return fill
