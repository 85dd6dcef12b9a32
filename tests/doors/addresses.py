"""Every address of the house, and which row of a pharmacy each part of it names: nothing here is a list of pages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from pestle.records.calculations import KeptCalculation
from pestle.records.claims import Claim
from pestle.records.counting import Discrepancy
from pestle.records.fills import DurFinding, Fill
from pestle.records.handover import Bag, Notice, Sale, Task
from pestle.records.messages import Document, Message
from pestle.records.patients import Allergy, Condition, Coverage, Patient, Proxy
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.prescribers import Prescriber
from pestle.records.prescriptions import CompoundIngredient, Prescription
from pestle.records.purchasing import Delivery, DeliveryLine, Order
from pestle.records.shorthand import SigShorthand
from pestle.records.stock import Lot, MappedCode, PackageFigure
from pestle.records.withdrawn import Recall, RecallMatch, Return, Suspect, VerificationRequest

Rows = Callable[[Pharmacy], "QuerySet[Any]"]
# Pages of the sign-in package; they know no pharmacy and show no patient.
NOT_OURS = ("account_", "mfa_")


def _of(model: Any, owner: str = "pharmacy", **more: Any) -> Rows:
    return lambda pharmacy: model._default_manager.filter(**{owner: pharmacy}, **more)


FILLS, BAGS, WORKERS = _of(Fill), _of(Bag), _of(Worker, account__isnull=False)
PATIENTS, LOTS, KEPT = _of(Patient), _of(Lot), _of(KeptCalculation)
# The row that a part of an address names: first by the whole name and part, then by the station, then by the part.
BY_ADDRESS: dict[tuple[str, str], Rows] = {
    ("claims:by_hand", "pk"): _of(Claim),
    ("claims:try_again", "pk"): _of(Claim),
    ("claims:eligibility", "pk"): _of(Coverage, "patient__pharmacy"),
    ("drop_off:document", "pk"): _of(Document),
    ("data_entry:original", "pk"): _of(Prescription, document__isnull=False),
    ("will_call:returned_label", "pk"): FILLS,
    ("products:trace", "pk"): LOTS,
    ("products:lift", "pk"): LOTS,
    ("products:tell", "pk"): LOTS,
    ("products:approve_code", "pk"): _of(MappedCode),
    ("products:retire_code", "pk"): _of(MappedCode),
    ("recalls:decide", "match"): _of(RecallMatch, is_meant=None),
    ("people:looks", "pk"): PATIENTS,
    ("board:acknowledge", "notice_id"): _of(Notice, words__gt=""),
    ("board:answer", "notice_id"): _of(Notice, words=""),
    ("board:withdraw", "notice_id"): _of(Notice, words=""),
}
BY_STATION: dict[tuple[str, str], Rows] = {
    ("drop_off", "pk"): FILLS,
    ("data_entry", "pk"): FILLS,
    ("claims", "pk"): FILLS,
    ("pre_check", "pk"): FILLS,
    ("filling", "pk"): FILLS,
    ("verification", "pk"): FILLS,
    ("where", "pk"): FILLS,
    ("will_call", "pk"): BAGS,
    ("pickup", "pk"): _of(Sale),
    ("patients", "pk"): PATIENTS,
    ("prescribers", "pk"): _of(Prescriber),
    ("people", "pk"): WORKERS,
    ("messages", "pk"): _of(Message),
    ("tasks", "pk"): _of(Task),
    ("refills", "pk"): _of(Prescription),
    ("calculator", "pk"): KEPT,
    ("shorthand", "pk"): _of(SigShorthand),
    ("receiving", "pk"): _of(Delivery),
    ("ordering", "pk"): _of(Order),
    ("recalls", "pk"): _of(Recall),
    ("discrepancies", "pk"): _of(Discrepancy),
    ("returns", "pk"): _of(Return),
    ("suspects", "pk"): _of(Suspect),
    ("suspects", "request_id"): _of(VerificationRequest),
}
BY_PART: dict[str, Rows] = {
    "fill": FILLS,
    "fill_id": FILLS,
    "patient": PATIENTS,
    "coverage": _of(Coverage, "patient__pharmacy"),
    "allergy": _of(Allergy, "patient__pharmacy"),
    "proxy": _of(Proxy, "patient__pharmacy"),
    "figure_id": _of(PackageFigure),
    "condition": _of(Condition, "patient__pharmacy"),
    "ingredient_id": _of(CompoundIngredient, "prescription__pharmacy"),
    "code_id": _of(MappedCode),
    "line": _of(DeliveryLine),
    "finding": _of(DurFinding, "fill__pharmacy"),
}
# Parts that name no row of a pharmacy: the directory of drugs belongs to all, words belong to nobody.
WORDS: dict[tuple[str, str], object] = {
    ("calculator", "name"): "weight-drip",
    ("practice", "slug"): "dilution",
    ("practice", "seed"): "a1",
    ("practice", "number"): 1,
    ("people", "key"): "MQ",
    ("people", "token"): "set-password",
}
CATALOGUE = frozenset({("products:item", "pk"), ("products:recall", "pk")})


@dataclass(frozen=True, slots=True)
class Address:
    """One address: its name, the names of its parts in order, and the page behind it."""

    name: str
    parts: tuple[str, ...]
    page: Callable[..., Any]

    @property
    def station(self) -> str:
        return self.name.partition(":")[0]

    def has(self, mark: str) -> bool:
        """Whether the page carries a mark of pages/house/rights."""
        return bool(getattr(self.page, mark, False))

    def rows(self, part: str) -> Rows | None:
        """Which rows of a pharmacy a part of this address may name; None where it names no row of a pharmacy."""
        if (self.name, part) in CATALOGUE or (self.station, part) in WORDS:
            return None
        return (
            BY_ADDRESS.get((self.name, part)) or BY_STATION.get((self.station, part)) or BY_PART[part]
        )  # fmt: skip

    def belongs_to_a_pharmacy(self) -> bool:
        """Whether some part of the address names a row of a pharmacy."""
        return any(self.rows(part) is not None for part in self.parts)

    def at(self, *given: object) -> str:
        """The address itself."""
        return reverse(self.name, args=list(given))

    def arguments(self, pharmacy: Pharmacy, **chosen: object) -> list[object]:
        """One value for each part, of rows of this pharmacy: the newest, or what is chosen by name."""
        return [chosen.get(part) or self._one(part, pharmacy) for part in self.parts]

    def _one(self, part: str, pharmacy: Pharmacy) -> object:
        rows = self.rows(part)
        if rows is not None:
            return rows(pharmacy).order_by("-pk").values_list("pk", flat=True)[0]
        if (self.name, part) in CATALOGUE:
            return Fill.objects.filter(pharmacy=pharmacy).exclude(package=None).order_by("-pk")[0].package_id
        return WORDS[self.station, part]


def addresses(resolver: URLResolver | None = None, above: tuple[str, ...] = ()) -> Iterator[Address]:
    """Every address of ours, read from the table of addresses itself."""
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from addresses(each, (*above, each.namespace) if each.namespace else above)
        elif isinstance(each, URLPattern) and each.name and not each.name.startswith(NOT_OURS):
            yield Address(":".join([*above, each.name]), tuple(each.pattern.converters), each.callback)
