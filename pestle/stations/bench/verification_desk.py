"""What the pharmacist sees at the final check: typed against written, the product in the vial, what was decided."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from pestle.flows.fill import FILL, FillState
from pestle.flows.machine import Way
from pestle.records.events import Event
from pestle.records.fills import DurFinding, Fill, FillLot
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.rules.facts import FillFacts
from pestle.stations.bench.label_texts import VialLabel
from pestle.stations.bench.labels import vial_label
from pestle.stations.entry import pre_check
from pestle.stations.entry.pre_check import Change, Compared
from pestle.stations.handover import counselling
from pestle.stations.intake.drop_off import fill_of
from pestle.terms.findings import Finding

RECENT = 12


@dataclass(frozen=True, slots=True)
class Other:
    """Another open fill of the same person, and where it is."""

    fill: Fill
    words: str


@dataclass(frozen=True, slots=True)
class Desk:
    """One fill at the final check."""

    fill: Fill
    rows: tuple[Compared, ...]
    changes: tuple[Change, ...]
    last: Fill | None
    alerts: tuple[DurFinding, ...]
    lots: tuple[FillLot, ...]
    label: VialLabel
    counsel: str
    others: tuple[Other, ...]
    approved: Event | None
    vial: Event | None
    verify: Way[FillFacts] | None
    may_send_back: bool

    @property
    def differences(self) -> int:
        """Count the fields that differ from the original."""
        return sum(row.outcome == pre_check.DIFFERS for row in self.rows)

    @property
    def ndc_agrees(self) -> bool:
        """Say whether every lot in the vial is of the package on the label."""
        package = self.fill.package
        return package is not None and all(each.lot.package_id == package.pk for each in self.lots)

    @property
    def standing(self) -> tuple[Finding, ...]:
        """What stands in the way apart from the ticks, which are still to be set."""
        found = self.verify.findings if self.verify else ()
        return tuple(each for each in found if each.rule != "data_and_product_are_both_checked")


def queue(pharmacy: Pharmacy) -> list[Fill]:
    """This will give what waits for the final check, the most urgent first."""
    rows = Fill.objects.filter(pharmacy=pharmacy).in_state(FillState.FILLED).with_names()
    return list(rows.select_related("filled_by"))


def just_verified(pharmacy: Pharmacy, by: Worker) -> list[Fill]:
    """This will give what this pharmacist verified last and nobody has bagged yet: it can still go back."""
    rows = Fill.objects.filter(pharmacy=pharmacy, state=FillState.VERIFIED, verified_by=by).with_names()
    return list(rows.order_by("-verified_at")[:RECENT])


def desk(by: Worker, fill_id: int, at: datetime, *, checked: Collection[str] = ()) -> Desk:
    """This will gather what a pharmacist compares for one fill; `checked` is what is ticked on the page so far."""
    fill = fill_of(by, fill_id)
    seen = pre_check.check(by, fill_id, at)
    facts = fill.facts(at, by, checked=frozenset(checked))
    ways = FILL.steps_open_to(facts, by.roles)
    return Desk(
        fill,
        rows=seen.rows,
        changes=seen.changes,
        last=seen.last,
        alerts=seen.alerts,
        lots=tuple(fill.lots.select_related("lot__package", "source").order_by("lot__expires_on", "pk")),
        label=vial_label(fill, at),
        counsel=fill.counsel_because or counselling.why_due(fill),
        others=_others(fill),
        approved=fill.events().filter(verb__in=["approve", "pass_unchanged"]).select_related("worker").last(),
        vial=_vial(fill, by),
        verify=next((way for way in ways if way.step.verb == "verify"), None),
        may_send_back=any(way.step.verb.startswith("send_back") and _is_for(way, by) for way in ways),
    )


def _others(fill: Fill) -> tuple[Other, ...]:
    patient_id = fill.prescription.patient_id
    if patient_id is None:
        return ()
    rows = Fill.objects.of_patient(patient_id).open().exclude(pk=fill.pk).with_names()
    return tuple(Other(each, each.state.replace("_", " ")) for each in rows.exclude(state=FillState.PROFILED)[:RECENT])


def _vial(fill: Fill, by: Worker) -> Event | None:
    """Give the scan by which this pharmacist proved to have the vial in hand, since it was last filled."""
    told = fill.events().filter(Q(verb="count") | Q(verb="vial_scanned", worker=by)).last()
    return told if told and told.verb == "vial_scanned" else None


def _is_for(way: Way[FillFacts], by: Worker) -> bool:
    return not by.roles.isdisjoint(way.step.who)
