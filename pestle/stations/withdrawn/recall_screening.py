"""Holds every recall notice against every lot here: certain ones stop at once, doubtful ones wait for a person."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db.models import Q

from pestle.flows.machine import NEW
from pestle.flows.recall import RECALL, RecallState
from pestle.records.catalogue import Package
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.reference_lists import RecallNotice
from pestle.records.stock import Lot
from pestle.records.withdrawn import Recall, RecallMatch
from pestle.rules.recalls import pull_within, tell_within
from pestle.stations.acts import act_within, demand_bench, one_act
from pestle.stations.entry.recalls import stop_lot
from pestle.terms.findings import refuse
from pestle.terms.recall.lot_text import read_lot_text
from pestle.terms.recall.matching import Certainty, HeldLot, Meant, Noticed, meant
from pestle.terms.roles import PHARMACISTS, Role

STATION = "recalls"


@one_act
def screen(*, act_id: UUID, by: Worker, at: datetime) -> None:
    """Hold every notice on record against every lot that is or was here; what was looked at before is left alone.

    A lot that a notice names for certain, by NDC and lot number, is stopped at once in the program's name, whoever
    asked: stopping is safe and can be lifted. Everything else waits for a pharmacist.
    """
    if Role.PROGRAM not in by.roles:
        demand_bench(by, "Looking for recalled lots")
    # Two who screen at once would both find the same lots: the second waits and finds nothing new.
    pharmacy = Pharmacy.objects.select_for_update(no_key=True).get(pk=by.pharmacy_id)
    for notice, found in _found(pharmacy):
        matches = [_match(notice, lot, each, pharmacy, at) for lot, each in found]
        RecallMatch.objects.bulk_create(matches)
        for match in matches:
            if match.certainty == Certainty.CERTAIN:
                stop(match, notice, act_id=act_within(act_id, f"match {match.pk}"), by=by, at=at)


@one_act
def decide(
    *, act_id: UUID, by: Worker, at: datetime, match_id: int, is_meant: bool, because: str = ""
) -> RecallMatch:  # fmt: skip
    """Say whether a notice means a lot: if it does, the lot is stopped wherever it is; if not, the reason is kept."""
    if by.roles.isdisjoint(PHARMACISTS):
        raise refuse(
            "Whether a notice means a lot is for a pharmacist to say.", rule="who_may", cites="table of steps: recall"
        )
    match = _undecided(match_id, by)
    if not is_meant and not because.strip():
        raise refuse("Write why this lot is not meant.", rule="reason_is_given", field="because")
    notice = RecallNotice.objects.filter(number=match.notice_number).first()
    if notice is None:
        raise refuse(
            "This notice is no longer on the list: load the recalls, then look again.", rule="notice_is_here"
        )  # fmt: skip
    match.decided_by, match.decided_at, match.decided_because = by, at, because.strip()[:200]
    if is_meant:
        stop(match, notice, act_id=act_id, by=by, at=at)
    else:
        match.is_meant = False
        match.save()
    return match


def screen_everywhere(*, at: datetime) -> None:
    """This will screen every pharmacy in the program's name."""
    for pharmacy in Pharmacy.objects.order_by("pk"):
        screen(act_id=uuid4(), by=Worker.objects.program(pharmacy), at=at)


def stop(match: RecallMatch, notice: RecallNotice, *, act_id: UUID, by: Worker, at: datetime) -> Recall:
    """This will stop the lot of a match, under its notice's recall, begun where there is none; called in an act."""
    recall = Recall.objects.select_for_update(no_key=True).filter(
        pharmacy_id=match.pharmacy_id, notice_number=notice.number
    ).first()  # fmt: skip
    if recall is None:
        recall = _begun(notice, match, act_id=act_id, by=by, at=at)
    else:
        # A recall that was closed or lifted begins again with the lot that came to it.
        verb = "add_lot" if recall.state == RecallState.STOPPED else "stop"
        taken = RECALL.take(verb, recall.facts(at, by, lots=1), by.roles | {Role.PROGRAM})
        told = {"lot": match.lot.number, "because": match.because}
        recall.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=told)
    match.recall, match.is_meant = recall, True
    match.save()
    note = f"{notice.number} ({notice.classification})"
    stop_lot(match.lot, note=note, act_id=act_within(act_id, f"lot {match.lot_id}"), by=by, at=at)
    return recall


def is_named(package: Package, number: str, expires_on: date | None) -> bool:
    """This will say whether a notice names a lot of a package for certain: asked before such a lot is taken in."""
    lot = Lot(package=package, number=number, expires_on=expires_on)
    notices = RecallNotice.objects.filter(ndc11s__contains=[package.ndc11])
    found = (meant(_said(notice), _held(lot)) for notice in notices)
    return any(each is not None and each.certainty is Certainty.CERTAIN for each in found)


def _begun(notice: RecallNotice, match: RecallMatch, *, act_id: UUID, by: Worker, at: datetime) -> Recall:
    recall = Recall(
        pharmacy_id=match.pharmacy_id, notice_number=notice.number, classification=notice.classification,
        firm=notice.firm, product_description=notice.product_description, reason=notice.reason,
        lots_text=notice.lots_text, opened_at=at, pull_by=at + pull_within(notice.classification),
        tell_by=at + tell_within(notice.classification), state=NEW,
    )  # fmt: skip
    taken = RECALL.take("stop", recall.facts(at, by, lots=1), by.roles | {Role.PROGRAM})
    told = {"lot": match.lot.number, "because": match.because}
    return recall.begin(taken, act_id=act_id, by=by, at=at, station=STATION, details=told)


def _undecided(match_id: int, by: Worker) -> RecallMatch:
    rows = RecallMatch.objects.select_for_update(of=("self",), no_key=True).select_related("lot__package")
    match = rows.filter(pk=match_id, pharmacy_id=by.pharmacy_id).first()
    if match is None:
        raise refuse("There is no such question in this pharmacy: look at Recalls again.", rule="match_is_here")
    if match.is_meant is not None:
        who = match.decided_by.short_name if match.decided_by else "the program"
        raise refuse(f"{who} has answered this already: look at Recalls again.", rule="match_is_decided_once")
    return match


def _match(notice: RecallNotice, lot: Lot, found: Meant, pharmacy: Pharmacy, at: datetime) -> RecallMatch:
    return RecallMatch(
        pharmacy=pharmacy, notice_number=notice.number, lot=lot, certainty=found.certainty.value,
        because=found.because[:250], found_at=at,
    )  # fmt: skip


def _found(pharmacy: Pharmacy) -> Iterable[tuple[RecallNotice, list[tuple[Lot, Meant]]]]:
    """Give each notice with the lots it means, or may mean, that were not held against it before."""
    lots = list(Lot.objects.filter(pharmacy=pharmacy).select_related("package__product").order_by("pk"))
    by_ndc, by_product = defaultdict[str, list[Lot]](list), defaultdict[str, list[Lot]](list)
    for lot in lots:
        by_ndc[lot.package.ndc11].append(lot)
        by_product[lot.package.ndc11[:9]].append(lot)
    looked_at = set(RecallMatch.objects.filter(pharmacy=pharmacy).values_list("notice_number", "lot_id"))
    for notice in _candidates(lots):
        said = _said(notice)
        near = {lot.pk: lot for ndc in said.ndcs for lot in by_product[ndc[:9]]}
        near |= {lot.pk: lot for ndc in said.label_ndcs for lot in by_ndc[ndc]}
        if not said.ndcs and not said.label_ndcs:
            near = {lot.pk: lot for lot in lots}
        fresh = [lot for pk, lot in near.items() if (notice.number, pk) not in looked_at]
        found = [(lot, sure) for lot in fresh if (sure := meant(said, _held(lot))) is not None]
        if found:
            yield notice, found


def _candidates(lots: list[Lot]) -> Iterable[RecallNotice]:
    """Give the notices that can mean anything here: by NDC, or, where they give none and are not over, by words."""
    products = {lot.package.product_id for lot in lots}
    ndcs = list(Package.objects.filter(product__in=products).values_list("ndc11", flat=True))
    wordy = Q(ndc11s=[], label_ndc11s=[], ended_on=None)
    return RecallNotice.objects.filter(
        Q(ndc11s__overlap=ndcs) | Q(label_ndc11s__overlap=ndcs) | wordy
    ).order_by("number")  # fmt: skip


def _said(notice: RecallNotice) -> Noticed:
    return Noticed(
        ndcs=frozenset(notice.ndc11s), label_ndcs=frozenset(notice.label_ndc11s),
        words=f"{notice.product_description} {notice.firm}", lots=read_lot_text(notice.lots_text),
        lots_text=notice.lots_text, started_on=notice.started_on, is_over=notice.ended_on is not None,
    )  # fmt: skip


def _held(lot: Lot) -> HeldLot:
    product = lot.package.product
    return HeldLot(
        ndc11=lot.package.ndc11, labeler=product.labeler, substances=tuple(product.base_substances),
        number=lot.number, expires_on=lot.expires_on,
    )  # fmt: skip
