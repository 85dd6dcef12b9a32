"""What is handed over, faxed, telephoned or transferred: the words of the counter turned into arrivals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from pestle.records.fills import Fill
from pestle.records.messages import Document
from pestle.records.patients import Patient
from pestle.records.people import Worker
from pestle.rules.facts import Origin
from pestle.stations.acts import act_within, one_act
from pestle.stations.handover.identifiers import Identifiers
from pestle.stations.intake.drop_off import MOST_ITEMS, Arrival, receive, today_at
from pestle.stations.intake.matching import products_like
from pestle.stations.intake.originals import Original, at_the_counter, number_of
from pestle.terms.findings import refuse
from pestle.terms.matching import DrugFacts, Outcome
from pestle.terms.schedule import Schedule, most_restrictive

ORIGINS = {
    "paper": Origin.WRITTEN,
    "fax": Origin.FAX,
    "phone": Origin.TELEPHONE,
    "transfer": Origin.TRANSFER,
}


@dataclass(frozen=True, slots=True)
class Item:
    """One prescription on a page, as far as it was read out or typed at the counter."""

    drug: str = ""
    quantity: str = ""
    refills: str = ""
    directions: str = ""
    written_on: date | None = None
    page: int = 1

    @property
    def is_blank(self) -> bool:
        """Say whether nothing was typed for it."""
        return not (self.drug.strip() or self.quantity.strip() or self.directions.strip())


@dataclass(frozen=True, slots=True)
class Counter:
    """What somebody brought: how it came, whose it is as said, and its items."""

    kind: str
    family: str = ""
    given: str = ""
    birth_on: date | None = None
    prescriber: str = ""
    taken_from: str = ""
    items: tuple[Item, ...] = (Item(),)
    document: Document | None = None
    is_waiter: bool = False
    is_for_delivery: bool = False
    because: Mapping[str, str] = field(default_factory=dict)
    patient_id: int | None = None


@one_act
def take_in(*, act_id: UUID, by: Worker, at: datetime, brought: Counter) -> Fill:
    """This will receive all items of what was brought as one group; gives the first fill.

    Paper and fax need their original; what was telephoned or transferred needs who said it and what the drug is.
    """
    _demand_whole(brought)
    items = [each for each in brought.items if not each.is_blank] or list(brought.items[:1])
    if len(items) > MOST_ITEMS:
        raise refuse(
            f"At most {MOST_ITEMS} prescriptions at a time: take in the rest after them.", rule="items", field="items"
        )
    group = act_within(act_id, "group") if len(items) > 1 else None
    patient = _patient(brought, by)
    fills = [
        receive(
            _arrival(brought, item, number=_number_on_page(items, index), patient=patient, group=group, by=by, at=at),
            act_id=act_within(act_id, f"item {index}"),
            by=by,
            at=at,
        )
        for index, item in enumerate(items)
    ]
    return fills[0]


def known_people(family: str, given: str, birth_on: date | None, by: Worker) -> tuple[Patient, ...]:
    """This will give the patients whose birth date this is and whose names begin so; nobody before all is typed."""
    if birth_on is None or not family.strip() or not given.strip():
        return ()
    said = Identifiers(f"{family}, {given}", birth_on)
    rows = Patient.objects.filter(pharmacy_id=by.pharmacy_id, birth_on=birth_on).order_by("family", "given", "pk")
    return tuple(each for each in rows if said.agree_with(each))


def schedule_of_words(drug: str, *, by: Worker, at: datetime) -> Schedule:
    """This will give the strictest schedule among the products whose name and strength the words hold, else UNKNOWN."""
    found = products_like(DrugFacts(drug), by.pharmacy, today=today_at(by.pharmacy, at))
    agreeing = [
        Schedule(each.row.schedule)
        for each in found
        if each.match.of("name").outcome is Outcome.AGREES and each.match.of("strength").outcome is not Outcome.DIFFERS
    ]
    return most_restrictive(agreeing)


def _demand_whole(brought: Counter) -> None:
    if brought.kind not in ORIGINS:
        raise refuse("Say how it came: paper, fax, telephone or transfer.", rule="kind", field="kind")
    if brought.kind in {"paper", "fax"} and brought.document is None:
        raise refuse("Upload the original first: a picture or a PDF.", rule="original_is_kept", field="document")
    if brought.kind in {"phone", "transfer"}:
        if not brought.taken_from.strip():
            raise refuse("Write who said it, and from where.", rule="taken_from", field="taken_from")
        if any(not item.drug.strip() or not item.directions.strip() for item in brought.items if not item.is_blank):
            raise refuse("Write drug and directions of each item as they were said.", rule="words", field="drug")
        if all(item.is_blank for item in brought.items):
            raise refuse("Write what was said.", rule="words", field="drug")


def _arrival(
    brought: Counter, item: Item, *, number: int, patient: Patient | None, group: UUID | None, by: Worker, at: datetime
) -> Arrival:
    return Arrival(
        _original(brought, item, patient, by=by, at=at),
        origin=ORIGINS[brought.kind],
        document=brought.document,
        document_page=item.page,
        document_item=number,
        taken_from=brought.taken_from.strip()[:80],
        patient=patient,
        is_waiter=brought.is_waiter,
        is_for_delivery=brought.is_for_delivery,
        group=group,
        because=brought.because,
    )


def _original(brought: Counter, item: Item, patient: Patient | None, *, by: Worker, at: datetime) -> Original:
    if brought.document is not None and not 1 <= item.page <= brought.document.pages:
        raise refuse(f"The document has {brought.document.pages} pages: choose one of them.", rule="page", field="page")
    if item.quantity.strip() and number_of(item.quantity.strip()) is None:
        raise refuse("Type the quantity as a plain number.", rule="quantity", field="quantity")
    given, _, family = brought.prescriber.strip().rpartition(" ")
    family_said, given_said = (patient.family, patient.given) if patient else (brought.family, brought.given)
    schedule = schedule_of_words(item.drug, by=by, at=at) if item.drug.strip() else Schedule.UNKNOWN
    return at_the_counter(
        brought.kind,
        patient={
            "family": family_said.strip(),
            "given": given_said.strip(),
            "birth_on": brought.birth_on.isoformat() if brought.birth_on else "",
        },
        prescriber={"family": family, "given": given},
        drug={
            "description": item.drug.strip(),
            "quantity": item.quantity.strip(),
            "refills": item.refills.strip(),
            "directions": item.directions.strip(),
            "written_on": (item.written_on or today_at(by.pharmacy, at)).isoformat() if brought.kind == "phone"
            else item.written_on.isoformat() if item.written_on else "",
            "schedule": schedule.value if schedule.is_known else "",
        },
    )  # fmt: skip


def _patient(brought: Counter, by: Worker) -> Patient | None:
    """The one who was chosen as it was typed, else the one person of this name and birth date, else nobody yet."""
    if brought.patient_id is not None:
        chosen = known_people(brought.family, brought.given, brought.birth_on, by)
        return next((each for each in chosen if each.pk == brought.patient_id), None)
    if not brought.family.strip() or not brought.given.strip() or brought.birth_on is None:
        return None
    same = Patient.objects.filter(
        pharmacy_id=by.pharmacy_id,
        family__iexact=brought.family.strip(),
        given__iexact=brought.given.strip(),
        birth_on=brought.birth_on,
    )
    found = list(same[:2])
    return found[0] if len(found) == 1 else None


def _number_on_page(items: list[Item], index: int) -> int:
    return sum(each.page == items[index].page for each in items[: index + 1])
