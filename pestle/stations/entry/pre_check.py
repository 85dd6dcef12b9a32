"""The pharmacist's first check: typed against written, what the review found, what is new since last time."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from pestle.flows.fill import FILL, FillState
from pestle.flows.machine import Way
from pestle.records.catalogue import Package
from pestle.records.fills import DISPENSED, DurFinding, Fill
from pestle.records.patients import Coverage
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.rules.facts import FillFacts, Origin
from pestle.stations.acts import act_within, one_act
from pestle.stations.bench import verification
from pestle.stations.entry.directions import Comparison, compared, days_of
from pestle.stations.entry.entry_fields import DAW_WORDS
from pestle.stations.intake.drop_off import fill_of
from pestle.stations.intake.matching import drug_known, person_known, prescriber_known
from pestle.stations.intake.originals import Original, day_of, drug_said, number_of, person_said, prescriber_said
from pestle.stations.payers.claim_opening import plans_of
from pestle.terms.decimals import plain
from pestle.terms.findings import refuse
from pestle.terms.matching import Match, Outcome, match_drug, match_person, match_prescriber

AGREES, DIFFERS, NOT_SAID, LOOK = "agrees", "differs", "not said", "look"


@dataclass(frozen=True, slots=True)
class Compared:
    """One field: as written, as typed, how they compare, and why it differs."""

    field: str
    words: str
    original: str
    typed: str
    outcome: str
    because: str = ""
    is_drug: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What is other than at the last fill."""

    words: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Preset:
    """A usual decision with its codes: NCPDP 440-E5 what was done, 441-E6 what came of it."""

    name: str
    words: str
    service: str
    result: str
    needs_a_note: bool = False


PRESETS = (
    Preset("no_matter", "Dispense, of no matter for this patient", "MR", "1A"),
    Preset("counsel", "Dispense, counsel the patient", "PE", "1B"),
    Preset("tolerated", "Dispense, tolerated before", "PA", "1B"),
    Preset("prescriber", "Dispense, prescriber agreed", "M0", "1G", needs_a_note=True),
    Preset("watch", "Dispense, patient will be watched", "MP", "1B", needs_a_note=True),
)


@dataclass(frozen=True, slots=True)
class Check:
    """One fill at pre-check."""

    fill: Fill
    rows: tuple[Compared, ...]
    changes: tuple[Change, ...]
    last: Fill | None
    alerts: tuple[DurFinding, ...]
    coverages: tuple[Coverage, ...]
    approve: Way[FillFacts] | None

    @property
    def open_alerts(self) -> int:
        return sum(alert.decided_by_id is None for alert in self.alerts)

    @property
    def differences(self) -> int:
        return sum(row.outcome == DIFFERS for row in self.rows)


def queue(pharmacy: Pharmacy) -> list[tuple[Fill, int, int]]:
    """This will give what waits for the first check, the most urgent first, with its alerts and those undecided."""
    fills = Fill.objects.filter(pharmacy=pharmacy).in_state(FillState.AWAITING_CHECK).with_names()
    rows = fills.select_related("entered_by", "prescription__product").prefetch_related("dur_findings")
    counted = []
    for fill in rows:
        found = list(fill.dur_findings.all())
        counted.append((fill, len(found), sum(each.decided_by_id is None for each in found)))
    return counted


def check(by: Worker, fill_id: int, at: datetime) -> Check:
    """This will gather what a pharmacist compares and decides for one fill."""
    fill = fill_of(by, fill_id)
    last = _last(fill)
    ways = FILL.steps_open_to(fill.facts(at, by), by.roles)
    return Check(
        fill,
        rows=comparisons(fill),
        changes=changes(fill, last) if last else (),
        last=last,
        alerts=tuple(
            fill.dur_findings.select_related("decided_by", "carried_from").order_by("-is_serious", "pk")
        ),
        coverages=tuple(plans_of(fill.prescription.patient, fill.local_day(at))) if fill.prescription.patient else (),
        approve=next((way for way in ways if way.step.verb == "approve"), None),
    )  # fmt: skip


def comparisons(fill: Fill) -> tuple[Compared, ...]:
    """This will lay each field of the original beside what was typed; what differs stands first."""
    rx, original = fill.prescription, fill.prescription.as_received
    drug: Original = original.get("drug") or {}
    rows = (
        _patient(fill),
        _prescriber(fill),
        _drug(fill),
        _directions(fill),
        _number("quantity", "Quantity", drug.get("quantity", ""), plain(fill.quantity), unit=str(drug.get("unit", ""))),
        _days(str(drug.get("days_supply", "")), fill),
        _number("refills", "Refills", drug.get("refills", ""), str(rx.refills)),
        _daw(drug, rx.daw),
        _written(drug, fill),
    )
    return tuple(sorted(rows, key=lambda row: row.outcome != DIFFERS))


def changes(fill: Fill, last: Fill) -> tuple[Change, ...]:
    """This will tell what is other than at the fill before: drug, maker, quantity, days, prescriber, directions."""
    pairs = (
        ("Drug", _drug_words(last.package), _drug_words(fill.package)),
        ("Maker", _maker(last.package), _maker(fill.package)),
        ("Quantity", plain(last.quantity), plain(fill.quantity)),
        ("Days' supply", str(last.days_supply or "–"), str(fill.days_supply or "–")),
        ("Prescriber", str(last.prescription.prescriber or "–"), str(fill.prescription.prescriber or "–")),
        ("Directions", last.prescription.directions, fill.prescription.directions),
    )
    return tuple(Change(words, before, now) for words, before, now in pairs if before != now)


@one_act
def decide(*, act_id: UUID, by: Worker, at: datetime, finding_id: int, preset: str, remark: str = "") -> Fill:
    """This will record a pharmacist's decision about one finding by its usual words and codes, with a note."""
    chosen = next((each for each in PRESETS if each.name == preset), None)
    if chosen is None:
        raise refuse("Choose what you decided.", rule="a_decision_is_chosen", field="preset")
    if chosen.needs_a_note and not remark.strip():
        raise refuse("This decision has a note: whom you spoke to and when, or what is watched.", field="remark")
    decision = f"{chosen.words}. {remark.strip()}".strip()[:200]
    return verification.decide_alert(
        act_id=act_within(act_id, "decide"), by=by, at=at, finding_id=finding_id, decision=decision,
        service_code=chosen.service, result_code=chosen.result,
    )  # fmt: skip


def _last(fill: Fill) -> Fill | None:
    earlier = fill.last_dispensed()
    if earlier is not None:
        return earlier
    rx = fill.prescription
    if rx.patient is None or fill.package is None:
        return None
    same = Fill.objects.of_patient(rx.patient.pk).filter(
        state__in=DISPENSED, package__product__base_substances=fill.package.product.base_substances
    )
    return (
        same.exclude(pk=fill.pk)
        .select_related("package__product", "prescription__prescriber")
        .order_by("-sold_at")
        .first()
    )


def _patient(fill: Fill) -> Compared:
    rx, said = fill.prescription, person_said(fill.prescription.as_received)
    written = " ".join(filter(None, (said.given, said.family))) + (
        f", {said.birth_on:%m/%d/%Y}" if said.birth_on else ""
    )
    if rx.patient is None:
        return Compared("patient", "Patient", written, "not chosen", DIFFERS)
    typed = f"{rx.patient.full_name}, {rx.patient.birth_on:%m/%d/%Y}"
    return _matched("patient", "Patient", written, typed, match_person(said, person_known(rx.patient)))


def _prescriber(fill: Fill) -> Compared:
    rx, said = fill.prescription, prescriber_said(fill.prescription.as_received)
    written = " ".join(filter(None, (said.given, said.family, said.npi)))
    if rx.prescriber is None:
        return Compared("prescriber", "Prescriber", written, "not chosen", DIFFERS)
    found = match_prescriber(said, prescriber_known(rx.prescriber))
    return _matched("prescriber", "Prescriber", written, f"{rx.prescriber}, {rx.prescriber.npi}", found)


def _drug(fill: Fill) -> Compared:
    said, package = drug_said(fill.prescription.as_received), fill.package
    if package is None:
        return Compared("product", "Drug", said.description, "not chosen", DIFFERS)
    codes = tuple(Package.objects.filter(product=package.product).values_list("ndc11", flat=True))
    row = _matched(
        "product", "Drug", said.description, _drug_words(package), match_drug(said, drug_known(package.product, codes)),
        leaves_out=frozenset({"NDC"}),
    )  # fmt: skip
    return Compared(row.field, row.words, row.original, row.typed, row.outcome, row.because, is_drug=True)


def _matched(
    field: str, words: str, written: str, typed: str, found: Match, *, leaves_out: frozenset[str] = frozenset()
) -> Compared:
    if not written.strip(" ,"):
        return Compared(field, words, "", typed, NOT_SAID)
    told = [each for each in found.reasons if each.field not in leaves_out]
    differs = [each.field for each in told if each.outcome is Outcome.DIFFERS]
    alike = [each.field for each in told if each.outcome is Outcome.ALIKE]
    if differs:
        return Compared(field, words, written, typed, DIFFERS, ", ".join(differs))
    if alike:
        return Compared(field, words, written, typed, LOOK, f"nearly: {', '.join(alike)}")
    return Compared(field, words, written, typed, AGREES)


def _directions(fill: Fill) -> Compared:
    rx = fill.prescription
    found: Comparison = compared(rx)
    written = str((rx.as_received.get("drug") or {}).get("directions", ""))
    if rx.clarification:
        return Compared("directions", "Directions", written, rx.directions, LOOK, f"clarified: {rx.clarification}")
    if found.is_same is None:
        return Compared("directions", "Directions", "", rx.directions, NOT_SAID)
    because = " ".join(each.because for each in found.differences)
    return Compared("directions", "Directions", written, rx.directions, AGREES if found.is_same else DIFFERS, because)


def _number(field: str, words: str, written: str, typed: str, *, unit: str = "") -> Compared:
    said, ours = number_of(str(written)), number_of(typed)
    if said is None:
        return Compared(field, words, "", typed, NOT_SAID)
    return Compared(field, words, f"{plain(said)} {unit}".strip(), typed, AGREES if said == ours else DIFFERS)


def _days(written: str, fill: Fill) -> Compared:
    """Lay the days beside the prescriber's and beside what directions, quantity and package come to."""
    row = _number("days_supply", "Days' supply", written, str(fill.days_supply or ""))
    days = days_of(fill)
    if days.worked is None:
        return replace(row, because=f"not reckoned: {days.because}")
    told = f"reckoned {days.value}: {'; '.join(map(str, days.worked.steps))}"
    outcome = LOOK if days.value != fill.days_supply and row.outcome != DIFFERS else row.outcome
    return replace(
        row, outcome=outcome, because=told if days.worked.is_reviewed else f"{told}. A figure is not reviewed"
    )


def _daw(drug: Original, daw: str) -> Compared:
    said = str(drug.get("substitutions", ""))
    typed = DAW_WORDS.get(daw, daw)
    if said not in {"0", "1"}:
        return Compared("daw", "Substitution", "", typed, NOT_SAID)
    written = "1 not allowed" if said == "1" else "0 allowed"
    # What the patient or the shelf decides (2 to 9) is never the prescriber's own word.
    outcome = AGREES if said == daw or (said == "0" and daw != "1") else DIFFERS
    return Compared("daw", "Substitution", written, typed, outcome)


def _written(drug: Original, fill: Fill) -> Compared:
    said, ours = day_of(str(drug.get("written_on", ""))), fill.prescription.written_on
    typed = f"{ours:%m/%d/%Y}, {Origin(fill.prescription.origin).name.lower()}" if ours else "missing"
    if said is None:
        return Compared("written_on", "Written", "", typed, NOT_SAID)
    return Compared("written_on", "Written", f"{said:%m/%d/%Y}", typed, AGREES if said == ours else DIFFERS)


def _drug_words(package: Package | None) -> str:
    if package is None:
        return "–"
    product = package.product
    return f"{product.nonproprietary_name} {product.strength} {product.dosage_form}".lower()


def _maker(package: Package | None) -> str:
    return f"{package.product.labeler}, {package.ndc.dashed}" if package else "–"
