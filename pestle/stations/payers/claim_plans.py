"""A patient's plans as the claims station works with them: the order and why, what each plan said of its card."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pestle.records.messages import Message
from pestle.records.patients import Coverage, Patient
from pestle.records.people import Worker
from pestle.rules.coverage_order import Proposal
from pestle.stations.payers.claim_cards import eligibility_words, proposed_order
from pestle.stations.payers.claim_opening import plans_of
from pestle.stations.payers.claim_sets import family_of, rejected_by


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One plan of a patient: whether it is billed, what it last said of the card, what waits for a new card."""

    coverage: Coverage
    is_billed: bool
    asked_at: datetime | None
    said: str
    rejected: int
    family: tuple[Coverage, ...]


@dataclass(frozen=True, slots=True)
class Plans:
    """All of a patient's plans in force, in the order of billing, and the order that the rules propose."""

    patient: Patient
    lines: tuple[PlanLine, ...]
    proposal: Proposal
    proposed: tuple[tuple[Coverage, str], ...]

    @property
    def is_as_proposed(self) -> bool:
        """Whether the plans are billed in the order that is proposed."""
        return [line.coverage.pk for line in self.lines] == list(self.proposal.order)


def plans(patient_id: int, by: Worker, *, at: datetime) -> Plans:
    """This will gather a patient's plans; raises Patient.DoesNotExist for another pharmacy's."""
    patient = Patient.objects.select_related("pharmacy").get(pk=patient_id, pharmacy_id=by.pharmacy_id)
    day = at.astimezone(ZoneInfo(patient.pharmacy.time_zone)).date()
    billed = {each.pk for each in plans_of(patient, day)}
    proposal = proposed_order(patient, day)
    rows = {each.pk: each for each in patient.coverages.select_related("plan", "patient").order_by("order", "pk")}
    in_force = [each for each in rows.values() if each.until_on is None or each.until_on >= day]
    return Plans(
        patient,
        tuple(_line(each, is_billed=each.pk in billed) for each in in_force),
        proposal,
        tuple((rows[pk], reason) for pk, reason in zip(proposal.order, proposal.reasons, strict=True)),
    )


def _line(coverage: Coverage, *, is_billed: bool) -> PlanLine:
    asked = Message.objects.filter(kind="E1", relates_to=f"coverage {coverage.pk}").order_by("-pk").first()
    return PlanLine(
        coverage,
        is_billed,
        asked_at=asked.made_at if asked else None,
        said=eligibility_words(asked) if asked else "",
        rejected=len(rejected_by(coverage)),
        family=tuple(family_of(coverage)),
    )
