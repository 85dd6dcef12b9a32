"""Codes that the directory does not know: a person says what product one is, a second person agrees, and it is proven.

An approved code is asked about at its next twenty bottles and looked at anew after half a year.
One of the two people is a pharmacist. The idea of a probation is that of ScriptCheck; the figures are house rules.
"""

from datetime import datetime
from uuid import UUID

from pestle.records.catalogue import Package
from pestle.records.fills import Fill
from pestle.records.handover import Task
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.stock import MappedCode
from pestle.stations import scanning
from pestle.stations.acts import one_act
from pestle.stations.bench.filling_hands import STATION, must_hold
from pestle.stations.bench.filling_rows import load
from pestle.stations.scanning import What, code_of
from pestle.terms.findings import refuse
from pestle.terms.roles import BENCH, LEADS, PHARMACISTS
from pestle.wire import scan as codes

LONGEST_BECAUSE = 200


@one_act
def propose_code(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, text: str, ndc: str, because: str
) -> MappedCode:
    """This will say which product a scanned code stands for, by the NDC on the bottle; it counts for nothing yet.

    `because` is what the bottle says beside its NDC: name, strength, maker.
    """
    fill = load(fill_id, by)
    must_hold(fill, by, at)
    scanned = scanning.resolve(text, fill.pharmacy)
    if scanned.is_known or scanned.packages:
        raise refuse("This code is known already: scan it.", rule="code_is_unknown", field="scan")
    if len(because.strip()) < 3:
        raise refuse("Write what the bottle says: name, strength, maker.", rule="reason_is_given", field="because")
    package = package_by_ndc(ndc, fill.pharmacy)
    code = code_of(scanned.scan)
    if MappedCode.objects.filter(pharmacy=fill.pharmacy, code=code, retired_at=None).exists():
        raise refuse("Somebody has proposed a product for this code: it waits for a second person.", rule="code_once")
    row = MappedCode.objects.create(
        pharmacy=fill.pharmacy, code=code, package=package, because=because.strip()[:LONGEST_BECAUSE], fill=fill,
        proposed_by=by, proposed_at=at,
    )  # fmt: skip
    told = {"code": code, "ndc": package.ndc11, "because": row.because}
    fill.note("code_proposed", act_id=act_id, by=by, at=at, station=STATION, details=told)
    return row


@one_act
def approve_code(*, act_id: UUID, by: Worker, at: datetime, code_id: int) -> MappedCode:
    """This will let a code stand for its product, on probation; by a second person, one of both a pharmacist.

    Approving an approved code again proves it for another half year.
    """
    row = _row(code_id, by)
    if by.pk == row.proposed_by_id:
        raise refuse("You proposed it: another person reads the bottle too.", rule="second_person_agrees")
    if by.roles.isdisjoint(BENCH) or PHARMACISTS.isdisjoint(by.roles | row.proposed_by.roles):
        raise refuse("One of the two is a pharmacist.", rule="second_person_agrees", cites="house rule: unknown codes")
    row.approved_by, row.approved_at, row.proven = by, at, 0
    row.save(update_fields=["approved_by", "approved_at", "proven"])
    _note(row, "code_approved", act_id=act_id, by=by, at=at)
    Task.objects.filter(pharmacy_id=by.pharmacy_id, kind="map barcode", words__contains=row.code, done_at=None).update(
        done_by=by, done_at=at, outcome=f"It is {row.package.product}."[:200]
    )
    return row


@one_act
def retire_code(*, act_id: UUID, by: Worker, at: datetime, code_id: int, because: str) -> MappedCode:
    """This will turn a proposal down, or take a code out of use; what was filled with it keeps its history."""
    row = _row(code_id, by)
    may = PHARMACISTS | LEADS if row.approved_at else BENCH
    if by.roles.isdisjoint(may):
        raise refuse("A pharmacist or a lead takes an approved code out of use.", rule="who_may")
    if not because.strip():
        raise refuse("Say why.", rule="reason_is_given", field="because")
    row.retired_by, row.retired_at, row.retired_because = by, at, because.strip()[:LONGEST_BECAUSE]
    row.save(update_fields=["retired_by", "retired_at", "retired_because"])
    _note(row, "code_retired", act_id=act_id, by=by, at=at)
    return row


def in_table(pharmacy: Pharmacy) -> list[MappedCode]:
    """This will give the codes of a pharmacy: what waits for a second person first, then what is in use."""
    rows = MappedCode.objects.filter(pharmacy=pharmacy, retired_at=None)
    return list(rows.select_related("package__product", "proposed_by", "approved_by").order_by("approved_at", "pk"))


def proposed_for(text: str, pharmacy: Pharmacy) -> MappedCode | None:
    """This will give the proposal for a scanned code that waits for its second person."""
    rows = MappedCode.objects.filter(pharmacy=pharmacy, code=code_of(codes.read(text)), retired_at=None)
    return rows.filter(approved_at=None).select_related("package__product", "proposed_by").first()


def package_by_ndc(text: str, pharmacy: Pharmacy) -> Package:
    """This will find the one package whose NDC is typed; Refused where there is none, or more than one."""
    found = scanning.resolve(text, pharmacy)
    if found.what is not What.PRODUCT or not found.packages:
        raise refuse("No product here has this NDC: type it with its dashes.", rule="ndc_is_known", field="ndc")
    if found.package is None:
        raise refuse("This NDC fits two products: type it with its dashes.", rule="ndc_is_known", field="ndc")
    return found.package


def _row(code_id: int, by: Worker) -> MappedCode:
    rows = MappedCode.objects.filter(pharmacy_id=by.pharmacy_id, pk=code_id, retired_at=None)
    # Whoever comes second waits here and reads what the first has made of it.
    row = rows.select_related("package__product", "proposed_by", "fill").select_for_update(of=("self",)).first()
    if row is None:
        raise refuse("There is no such code here: look at the list again.", rule="code_is_here")
    return row


def _note(row: MappedCode, verb: str, *, act_id: UUID, by: Worker, at: datetime) -> None:
    fill = Fill.objects.get(pk=row.fill_id)
    told = {"code": row.code, "ndc": row.package.ndc11, "because": row.retired_because or row.because}
    fill.note(verb, act_id=act_id, by=by, at=at, station=STATION, details=told)
