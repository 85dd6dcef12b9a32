"""A sale in progress: who stands there, what was scanned, said and signed so far. Kept by the page, judged here.

Nothing is written until it is sold. What the page keeps is plain values, so that a locked bench loses nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pestle.flows.fill import FILL, FillState
from pestle.records.fills import DISPENSED, Fill
from pestle.records.handover import SaleItem
from pestle.records.patients import Patient
from pestle.records.people import Worker
from pestle.stations import scanning
from pestle.stations.acts import one_act
from pestle.stations.handover.counselling import was_counselled
from pestle.stations.handover.identifiers import Identifiers, collects_for
from pestle.stations.handover.pickup import HandOver
from pestle.stations.handover.plain_words import why_not_ready
from pestle.stations.handover.scans_in_hand import in_hand
from pestle.terms.findings import Finding, Refused
from pestle.terms.roles import PHARMACISTS
from pestle.terms.schedule import Schedule

READY = frozenset({FillState.IN_WILL_CALL})
# What somebody who asks for their medicines is told about; what lies on the profile is no surprise.
NOT_ASKED_FOR = frozenset({FillState.PROFILED})


@dataclass(frozen=True, slots=True)
class OpenSale:
    """What is known so far. `stopped` is the sentence of a wrong scan that nobody has answered yet.

    `tag` is the code of the bag or vial that was scanned before anybody was asked: its tag gives the name.
    """

    name: str = ""
    birth_on: date | None = None
    scanned: tuple[str, ...] = ()
    left: frozenset[int] = frozenset()
    answers: Mapping[int, str] = field(default_factory=dict)
    signature: Sequence[Any] = ()
    taken_by: str = ""
    relation: str = "self"
    identification: str = ""
    stopped: str = ""
    tag: str = ""

    @property
    def waits_for_birth(self) -> bool:
        """Say whether a bag was scanned first, and its tag's name is compared while the birth date is typed."""
        return bool(self.tag) and self.birth_on is None

    @property
    def said(self) -> Identifiers | None:
        """Give the two identifiers, once both were typed."""
        return Identifiers(self.name, self.birth_on) if self.name and self.birth_on else None

    def as_values(self) -> dict[str, Any]:
        """Give plain values to keep."""
        return {
            "name": self.name,
            "birth_on": self.birth_on.isoformat() if self.birth_on else "",
            "scanned": list(self.scanned),
            "left": sorted(self.left),
            "answers": {str(key): value for key, value in self.answers.items()},
            "signature": list(self.signature),
            "taken_by": self.taken_by,
            "relation": self.relation,
            "identification": self.identification,
            "stopped": self.stopped,
            "tag": self.tag,
        }


def from_values(kept: Mapping[str, Any]) -> OpenSale:
    """This will read what `as_values` gave."""
    return OpenSale(
        name=kept.get("name", ""),
        birth_on=date.fromisoformat(kept["birth_on"]) if kept.get("birth_on") else None,
        scanned=tuple(kept.get("scanned", ())),
        left=frozenset(kept.get("left", ())),
        answers={int(key): value for key, value in kept.get("answers", {}).items()},
        signature=kept.get("signature", ()),
        taken_by=kept.get("taken_by", ""),
        relation=kept.get("relation", "self"),
        identification=kept.get("identification", ""),
        stopped=kept.get("stopped", ""),
        tag=kept.get("tag", ""),
    )


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of the person's: ready and scanned or not, left for another day, or not ready and why."""

    fill: Fill
    is_ready: bool
    is_scanned: bool
    is_left: bool
    why: str
    before: Decimal | None
    was_counselled: bool

    @property
    def is_in_sale(self) -> bool:
        """Say whether it is handed over now."""
        return self.is_ready and not self.is_left

    @property
    def is_controlled(self) -> bool:
        """Say whether it is, or may be, a controlled drug."""
        return Schedule(self.fill.prescription.schedule).may_be_controlled

    @property
    def price_changed(self) -> bool:
        """Say whether it costs other than last time."""
        return self.before is not None and self.fill.price is not None and self.before != self.fill.price


@dataclass(frozen=True, slots=True)
class Person:
    """One patient whose bags are collected, and where their counselling stands."""

    patient: Patient
    items: tuple[Item, ...]
    answer: str

    @property
    def in_sale(self) -> tuple[Item, ...]:
        """Give what is handed over now."""
        return tuple(each for each in self.items if each.is_in_sale)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Give why the pharmacist would like to talk, for what is handed over now."""
        return tuple(dict.fromkeys(each.fill.counsel_because for each in self.in_sale if each.fill.counsel_because))

    @property
    def is_counselled(self) -> bool:
        """Say whether the pharmacist has talked about everything that asks for it, or about anything if asked to."""
        due = [each for each in self.in_sale if each.fill.counsel_because] or list(self.in_sale)
        return bool(due) and all(each.was_counselled for each in due)


@dataclass(frozen=True, slots=True)
class Counter:
    """The register as it stands: people, items, what is owed and what stands in the way of the sale."""

    sale: OpenSale
    people: tuple[Person, ...]
    total: Decimal
    is_priced: bool
    standing: tuple[Finding, ...]

    @property
    def in_sale(self) -> tuple[Item, ...]:
        """Give everything that is handed over now."""
        return tuple(item for person in self.people for item in person.in_sale)

    @property
    def unscanned(self) -> tuple[Item, ...]:
        """Give what is still to be fetched and scanned."""
        return tuple(each for each in self.in_sale if not each.is_scanned)

    @property
    def not_ready(self) -> tuple[Item, ...]:
        """Give what cannot be handed over now."""
        return tuple(item for person in self.people for item in person.items if not item.is_ready)

    @property
    def needs_identification(self) -> bool:
        """Say whether a controlled drug is handed over."""
        return any(each.is_controlled for each in self.in_sale)

    @property
    def fill_ids(self) -> list[int]:
        """Give the ids of what is handed over."""
        return [each.fill.pk for each in self.in_sale]


def counter(sale: OpenSale, by: Worker, at: datetime) -> Counter:
    """This will show a sale in progress; before two identifiers agree there is nobody on it."""
    people = tuple(_people(sale, by, at)) if sale.said else ()
    items = [item for person in people for item in person.in_sale]
    priced = all(each.fill.price is not None for each in items)
    total = sum((each.fill.price or Decimal(0) for each in items), Decimal(0))
    return Counter(sale, people, total=total, is_priced=priced, standing=tuple(_standing(sale, people, by, at)))


def take_scan(sale: OpenSale, text: str, by: Worker, at: datetime) -> tuple[OpenSale, str]:
    """This will take one scan into a sale and give the sale and what to say; a wrong one stops the sale until answered.

    Raises Refused for a stop: the caller keeps the sale of `stop` beside it.
    """
    found = scanning.resolve(text, by.pharmacy)
    patients = {person.patient.pk for person in counter(sale, by, at).people}
    if found.bag is not None and found.bag.patient_id in patients:
        return _with(sale, text), f"Bag {found.bag.code}"
    if found.fill is not None and found.fill.prescription.patient_id in patients:
        if found.fill.state not in READY:
            raise Refused((_wrong(f"This one is not ready: {why_not_ready(found.fill, at)}"),))
        return _with(replace(sale, left=sale.left - {found.fill.pk}), text), "Item"
    if found.bag is not None or found.fill is not None:
        raise Refused((_wrong(_whose(found, sale, by, at)),))
    raise Refused((_wrong(found.not_here("Scan a bag or a vial of who is here.")),))


def begin_with(text: str, by: Worker) -> OpenSale | None:
    """This will begin a sale with the bag or vial in hand; None for any other code. Nothing of it is shown yet."""
    found = scanning.resolve(text, by.pharmacy)
    return OpenSale(tag=text) if found.bag is not None or found.fill is not None else None


def with_birth(sale: OpenSale, birth_on: date, by: Worker) -> OpenSale:
    """This will take the birth date as it was said for a sale begun with a bag; raises Refused where it differs.

    The name was compared with the bag's tag by the worker, the birth date is typed: two identifiers, none read out.
    """
    found = scanning.resolve(sale.tag, by.pharmacy)
    patient = found.bag.patient if found.bag else found.fill.prescription.patient if found.fill else None
    if patient is None or patient.birth_on != birth_on:
        sentence = "This bag has another birth date. Ask for it again, or press F6 and type name and birth date."
        finding = Finding(
            rule="two_identifiers_agree", sentence=sentence, cites="NPSG.01.01.01", field="birth_on"
        )  # fmt: skip
        raise Refused((finding,))
    return replace(sale, name=patient.full_name, birth_on=birth_on)


def is_wrong_bag(text: str, sale: OpenSale, by: Worker, at: datetime) -> Fill | None:
    """This will give the fill behind a scan that belongs to somebody else; None for every other scan."""
    found = scanning.resolve(text, by.pharmacy)
    fill = found.fill or (found.bag.fills.order_by("-pk").first() if found.bag else None)
    patients = {person.patient.pk for person in counter(sale, by, at).people}
    return fill if fill is not None and fill.prescription.patient_id not in patients else None


@one_act
def note_wrong_bag(*, act_id: UUID, by: Worker, at: datetime, fill_id: int) -> Fill:
    """Keep in the history of a fill that it was scanned into somebody else's sale and stopped there."""
    fill = Fill.objects.get(pk=fill_id, pharmacy_id=by.pharmacy_id)
    fill.note("stopped_in_another_sale", act_id=act_id, by=by, at=at, station="pickup")
    return fill


def hand_over_of(sale: OpenSale) -> HandOver:
    """This will give what a sale has gathered, for the act that sells; the payment is added by the page."""
    return HandOver(
        signature=sale.signature, answers=sale.answers, said=sale.said, scanned=sale.scanned, taken_by=sale.taken_by,
        relation=sale.relation, identification=sale.identification, is_by_tag=bool(sale.tag),
    )  # fmt: skip


def _with(sale: OpenSale, text: str) -> OpenSale:
    return replace(sale, scanned=tuple(dict.fromkeys((*sale.scanned, text))), stopped="")


def _wrong(sentence: str) -> Finding:
    return Finding(
        rule="one_person_at_the_register", sentence=sentence, cites="NPSG.01.01.01; 45 CFR 164.502", field="scan"
    )


def _whose(found: scanning.Scanned, sale: OpenSale, by: Worker, at: datetime) -> str:
    """Say that a bag is another person's and which identifier differs, never whose it is."""
    thing = "bag" if found.bag is not None else "vial"
    patient = found.bag.patient if found.bag else (found.fill.prescription.patient if found.fill else None)
    said = sale.said
    if said is None or patient is None:
        return f"Type the name and birth date first, then scan this {thing}."
    differs = "birth date" if patient.birth_on != said.birth_on else "name"
    return f"This {thing} is another person's: the {differs} differs. Put it back."


def _people(sale: OpenSale, by: Worker, at: datetime) -> list[Person]:
    if sale.said is None or sale.birth_on is None:
        return []
    scanned = in_hand(sale.scanned, by)
    found = []
    today = at.astimezone(ZoneInfo(by.pharmacy.time_zone)).date()
    for patient in collects_for(by, sale.said, today):
        rows = Fill.objects.of_patient(patient.pk).open().exclude(state__in=NOT_ASKED_FOR).with_names()
        fills = rows.filter(pharmacy_id=by.pharmacy_id).select_related("pharmacy").order_by("bag__place__name", "pk")
        items = tuple(_item(each, sale, scanned, at) for each in fills)
        if items or sale.said.agree_with(patient):
            found.append(Person(patient, items, sale.answers.get(patient.pk, "")))
    return found


def _item(fill: Fill, sale: OpenSale, scanned: frozenset[int], at: datetime) -> Item:
    is_ready = fill.state in READY
    return Item(
        fill,
        is_ready=is_ready,
        is_scanned=fill.pk in scanned,
        is_left=fill.pk in sale.left,
        why="" if is_ready else why_not_ready(fill, at),
        before=_price_before(fill),
        was_counselled=was_counselled(fill),
    )


def _price_before(fill: Fill) -> Decimal | None:
    patient_id, product = fill.prescription.patient_id, fill.package.product if fill.package else None
    if patient_id is None or product is None:
        return None
    sold = SaleItem.objects.filter(
        fill__prescription__patient_id=patient_id, fill__state__in=DISPENSED,
        fill__package__product__formulation_id=product.formulation_id,
    )  # fmt: skip
    return sold.order_by("-pk").values_list("price", flat=True).first()


def _standing(sale: OpenSale, people: Sequence[Person], by: Worker, at: datetime) -> list[Finding]:
    """Give what stands in the way of handing all of it over now, apart from the payment; each sentence once."""
    if sale.stopped:
        return [_wrong(sale.stopped)]
    found: dict[str, Finding] = {}
    for person in people:
        for item in person.in_sale:
            facts = item.fill.facts(
                at, by, identifiers_agree=True, bag_was_scanned=item.is_scanned, is_paid_for=True,
                counsel_answer="done" if item.was_counselled else person.answer,
                signature_is_captured=bool(sale.signature),
                identification_is_recorded=bool(sale.identification.strip()),
            )  # fmt: skip
            for way in FILL.steps_open_to(facts, by.roles):
                if way.step.verb == "sell":
                    found |= {each.sentence: each for each in way.findings}
    return list(found.values())


def may_counsel(worker: Worker) -> bool:
    """This will tell whether somebody records counselling."""
    return not worker.roles.isdisjoint(PHARMACISTS)
