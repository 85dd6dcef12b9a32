"""Printing: labels go to the printer through the outbox, so that none is lost and a dead printer stops nobody."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pestle.flows.fill import FILL, FillState
from pestle.links import printer
from pestle.records.fills import Fill
from pestle.records.handover import Bag
from pestle.records.messages import Message
from pestle.records.people import Worker
from pestle.records.pharmacies import Bench, Partner, PartnerKind
from pestle.records.statements.prepared import Prepared
from pestle.stations.acts import demand_bench, one_act
from pestle.stations.bench import label_pdf, label_zpl
from pestle.stations.bench.filling_rows import load
from pestle.stations.bench.label_sheets import DoesNotFit, Sheet, bag_sheet, sheets_of
from pestle.stations.bench.label_texts import BagTag, VialLabel
from pestle.stations.bench.labels import bag_tag, slip, ticket, vial_label
from pestle.stations.outbox import courier, may_have_arrived, post_message
from pestle.terms.findings import refuse
from pestle.terms.roles import BENCH

REPRINT = "REPRINT"
LABEL, TAG, TICKET = "label", "bag tag", "work ticket"
# A label is for what is on the bench; afterwards the vial has left or been emptied.
PRINTABLE = frozenset(
    {FillState.QUEUED, FillState.FILLED, FillState.VERIFIED, FillState.BAGGED, FillState.IN_WILL_CALL}
)


@one_act
def print_label(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, bench_id: int | None = None, reason: str = ""
) -> Fill:
    """Print a fill's labels at the bench's printer; a second time is a reprint, marked so, with its reason."""
    fill = load(fill_id, by)
    _may_print(fill, by)
    if fill.label_printed_at is not None and not reason.strip():
        raise refuse("The label was printed before: give the reason for another one.", rule="reprint", field="reason")
    return send_label(fill, act_id=act_id, by=by, at=at, bench_id=bench_id, reason=reason)


def send_label(
    fill: Fill, *, act_id: UUID, by: Worker, at: datetime, bench_id: int | None = None, reason: str = "",
    label: VialLabel | None = None,
) -> Fill:  # fmt: skip
    """This will post a fill's labels to the bench's printer and note it; to be called inside an act.

    `label` is the vial's label where the act has it already.
    """
    is_again = fill.label_printed_at is not None
    sheets = _sheets(fill, at, mark=REPRINT if is_again else "", label=label)
    to = printer_of(bench_id, by)
    told = {"reason": reason.strip(), "sheets": len(sheets), "printer": to.name if to else ""}
    fill.label_printed_at = at
    verb = "label_reprinted" if is_again else "label_printed"
    fill.note(verb, act_id=act_id, by=by, at=at, station="filling", details=told, saves=("label_printed_at",))
    if to is not None:
        _post(sheets, to, kind=LABEL, name=f"fill {fill.pk} {fill.version}", subject=fill, act_id=act_id, by=by, at=at)
    return fill


def send_ticket(fill: Fill, *, act_id: UUID, by: Worker, at: datetime, bench_id: int | None = None) -> None:
    """This will post a fill's work ticket to the bench's printer, where there is one; to be called inside an act."""
    to = printer_of(bench_id, by)
    if to is None:
        return
    try:
        sheet = bag_sheet(ticket(fill))
    except DoesNotFit as fault:
        # A ticket only saves a walk: the fill is taken in hand without it, and its history says why.
        told = {"because": str(fault)}
        fill.note("ticket_not_printed", act_id=act_id, by=by, at=at, station="filling", details=told)
        return
    name = f"ticket {fill.pk} {fill.version}"
    _post((sheet,), to, kind=TICKET, name=name, subject=fill, act_id=act_id, by=by, at=at)


def ticket_as_pdf(fill: Fill) -> bytes:
    """This will give a fill's work ticket as PDF."""
    return label_pdf.draw((_paper(ticket(fill)),), title=f"Ticket {fill.prescription.rx_number}")


@one_act
def print_bag_tag(
    *, act_id: UUID, by: Worker, at: datetime, bag_id: int, bench_id: int | None = None
) -> Bag:  # fmt: skip
    """Print a bag's tag at the bench's printer."""
    demand_bench(by, "Printing a bag's tag")
    bag = Bag.objects.select_related("patient", "place", "pharmacy").get(pk=bag_id, pharmacy_id=by.pharmacy_id)
    to = printer_of(bench_id, by)
    if to is not None:
        name = f"bag {bag.pk} {act_id}"
        _post((_paper(bag_tag(bag)),), to, kind=TAG, name=name, subject=None, act_id=act_id, by=by, at=at)
    return bag


def label_as_pdf(fill: Fill, at: datetime) -> bytes:
    """This will give a fill's labels as PDF, for the screen or an office printer; one printed before says so."""
    mark = REPRINT if fill.label_printed_at else ""
    return label_pdf.draw(_sheets(fill, at, mark=mark), title=f"Label {fill.prescription.rx_number}")


def tag_as_pdf(bag: Bag) -> bytes:
    """This will give a bag's tag as PDF."""
    return label_pdf.draw((_paper(bag_tag(bag)),), title=f"Bag {bag.code}")


def printer_of(bench_id: int | None, by: Worker) -> Partner | None:
    """This will give the printer at a bench, or the pharmacy's only one; None where a person has to use the PDF."""
    bench = _BENCH.first(bench_id, by.pharmacy_id) if bench_id is not None else None
    if bench is not None and bench.printer is not None and bench.printer.is_in_use:
        return bench.printer
    known = _PRINTERS.rows(by.pharmacy_id)
    return known[0] if len(known) == 1 else None


_BENCH = Prepared(
    lambda bench, pharmacy: Bench.objects.filter(pk=bench, pharmacy=pharmacy).select_related("printer"), (int, int)
)
_PRINTERS = Prepared(
    lambda pharmacy: Partner.objects.filter(pharmacy=pharmacy, kind=PartnerKind.PRINTER, is_in_use=True)[:2]
)


def waiting_to_print(fill: Fill) -> Message | None:
    """This will give the newest label of a fill that its printer has not taken yet."""
    sent = Message.objects.filter(subject_kind=FILL.name, subject_id=fill.pk, kind=LABEL).going_out()
    return sent.select_related("partner").order_by("-pk").first()


@courier(PartnerKind.PRINTER)
def carry(partner: Partner, message: Message) -> bytes:
    """This will bring one print job to its printer and give what it says of itself; raises NoAnswer.

    What an earlier try may have printed is marked: of two vials' labels, one must be known for the second.
    """
    to = printer.Printer(host=partner.host, port=partner.port, seconds_to_answer=float(partner.seconds_to_answer))
    labels = bytes(message.body)
    return printer.send(to, label_zpl.marked(labels, REPRINT) if may_have_arrived(message) else labels)


def _sheets(fill: Fill, at: datetime, *, mark: str, label: VialLabel | None = None) -> tuple[Sheet, ...]:
    try:
        return sheets_of(label or vial_label(fill, at, mark=mark), slip(fill, at))
    except DoesNotFit as fault:
        raise refuse(
            f"The label cannot be printed whole: write it shorter. {fault}", rule="nothing_on_a_label_is_cut",
            cites="21 U.S.C. 353(b)(2); USP <17>", field="label",
        ) from fault  # fmt: skip


def _paper(tag: BagTag) -> Sheet:
    try:
        return bag_sheet(tag)
    except DoesNotFit as fault:
        raise refuse(
            f"This cannot be printed whole: write it shorter. {fault}", rule="nothing_on_a_label_is_cut", field="label"
        ) from fault


def _post(
    sheets: Sequence[Sheet], to: Partner, *, kind: str, name: str, subject: Fill | None, act_id: UUID, by: Worker,
    at: datetime,
) -> None:  # fmt: skip
    post_message(
        partner=to, kind=kind, body=label_zpl.write(sheets), act_id=act_id, by=by, at=at, external_id=name,
        subject=subject,
    )  # fmt: skip


def _may_print(fill: Fill, by: Worker) -> None:
    if by.roles.isdisjoint(BENCH):
        raise refuse("Labels are printed by a technician, an intern or a pharmacist.", rule="who_may")
    if fill.state not in PRINTABLE:
        words = FillState(fill.state).value.replace("_", " ")
        raise refuse(f"This fill is {words}: there is nothing to put a label on.", rule="label_has_its_vial")
