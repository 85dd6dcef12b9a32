"""What waits at the claims station: rejects by promise, what no payer answered, what is under way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Prefetch, Subquery

from pestle.flows.claim import ClaimState
from pestle.flows.fill import PROMISED, FillState
from pestle.records.claims import Claim
from pestle.records.fills import Fill, FillQuerySet
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.rules.reject_playbook import families_of
from pestle.stations.payers.adjudication import partner_of
from pestle.terms.roles import PHARMACISTS


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the worklist."""

    fill: Fill
    claim: Claim
    code: str
    title: str
    is_pharmacists: bool
    is_yours: bool
    has_gone_on: bool = False


@dataclass(frozen=True, slots=True)
class Outage:
    """Claims that wait for one line, shown as one: how many, since when, the next try."""

    partner: str
    fills: tuple[Fill, ...]
    since: datetime
    next_try_at: datetime | None
    fault: str


@dataclass(frozen=True, slots=True)
class Worklist:
    """Everything that waits at the claims station."""

    rows: tuple[Row, ...]
    outages: tuple[Outage, ...]
    authorizations: tuple[Fill, ...]
    under_way: tuple[Fill, ...]
    failed_reversals: tuple[Claim, ...]

    @property
    def yours(self) -> int:
        """How many this worker can clear now."""
        return sum(row.is_yours for row in self.rows)


def worklist(pharmacy: Pharmacy, by: Worker, *, clearable_first: bool = False) -> Worklist:
    """This will give what waits at the claims station, promise first, or what this worker can clear now first."""
    newest = Prefetch("claims", Claim.objects.order_by("-number").prefetch_related("rejects"))
    fills = list(
        Fill.objects.filter(pharmacy=pharmacy)
        .in_state(FillState.REJECTED, FillState.UNANSWERED, FillState.AWAITING_AUTHORIZATION, FillState.ADJUDICATING)
        .with_names()
        .prefetch_related(newest)
    )
    by_state = {state: tuple(each for each in fills if each.state == state) for state in FillState}
    promised = promises_rejected(pharmacy).with_names().prefetch_related(newest)
    rows = [_row(each, by) for each in (*by_state[FillState.REJECTED], *promised)]
    rows.sort(key=lambda row: (row.fill.promised_at is None, row.fill.promised_at, row.fill.pk))
    if clearable_first:
        rows.sort(key=lambda row: not row.is_yours)
    failed = Claim.objects.filter(pharmacy=pharmacy, state=ClaimState.REVERSAL_FAILED)
    return Worklist(
        tuple(rows),
        _outages(by_state[FillState.UNANSWERED]),
        by_state[FillState.AWAITING_AUTHORIZATION],
        by_state[FillState.ADJUDICATING],
        tuple(failed.select_related("fill__prescription__patient", "coverage__plan").order_by("state_since")),
    )


def promises_rejected(pharmacy: Pharmacy) -> FillQuerySet:
    """This will give fills that went on unbilled and whose plan has said no since: they wait where they are."""
    newest = Claim.objects.filter(fill=OuterRef("pk")).order_by("-number").values("state")[:1]
    gone_on = Fill.objects.filter(pharmacy=pharmacy, is_unbilled_promise=True).in_state(*PROMISED)
    return gone_on.annotate(last_claim=Subquery(newest)).filter(last_claim=ClaimState.REJECTED)


def _row(fill: Fill, by: Worker) -> Row:
    claim = fill.claims.all()[0]
    rejects = sorted(claim.rejects.all(), key=lambda each: (not each.is_pharmacists, each.position))
    is_pharmacists = any(each.is_pharmacists for each in rejects)
    code = rejects[0].code if rejects else ""
    family = families_of((code,))[0]
    may = not by.roles.isdisjoint(PHARMACISTS) or not is_pharmacists
    title = family.title if code else "Reversal failed"
    return Row(fill, claim, code, title, is_pharmacists, may, has_gone_on=fill.state in PROMISED)


def _outages(fills: Iterable[Fill]) -> tuple[Outage, ...]:
    lines: dict[str, list[tuple[Fill, Claim]]] = {}
    for fill in fills:
        claim = fill.claims.all()[0]
        partner = partner_of(claim)
        lines.setdefault(partner.name if partner else "no switch is set up", []).append((fill, claim))
    return tuple(
        Outage(
            name,
            tuple(fill for fill, _ in waiting),
            min(fill.state_since for fill, _ in waiting),
            min((claim.next_try_at for _, claim in waiting if claim.next_try_at), default=None),
            _last_fault(waiting[0][1]),
        )
        for name, waiting in lines.items()
    )


def _last_fault(claim: Claim) -> str:
    last = claim.exchanges.order_by("-number").first()
    return last.fault if last else ""
