"""Every page of Pestle, and how its address is filled from what a pharmacy has: for pictures and tests of all pages.

A page that shows different things in different states stands here once for each.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from pestle.records.calculations import KeptCalculation
from pestle.records.counting import Discrepancy
from pestle.records.fills import Fill
from pestle.records.handover import Bag, Sale, Task
from pestle.records.messages import Message
from pestle.records.patients import Patient
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.prescribers import Prescriber
from pestle.records.prescriptions import Prescription
from pestle.records.purchasing import Delivery, Order
from pestle.records.stock import Lot
from pestle.records.withdrawn import Recall, Return, Suspect
from pestle.terms.roles import Role

Arguments = tuple[object, ...]
Find = Callable[[Pharmacy], Arguments | None]


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A page: the name of its address, what it shows, what fills the address, and in whose hands it is looked at."""

    name: str
    shows: str = ""
    find: Find = lambda pharmacy: ()
    query: str = ""
    role: Role = Role.CERTIFIED_TECHNICIAN
    is_long: bool = False

    @property
    def title(self) -> str:
        """Give a name for this page that no other of the list has."""
        return " ".join(filter(None, (self.name.replace(":", " "), self.shows))).replace("_", " ")

    def address(self, pharmacy: Pharmacy) -> str | None:
        """Give where it is at this pharmacy; None where the pharmacy has nothing to show on it."""
        found = self.find(pharmacy)
        if found is None:
            return None
        return reverse(self.name, args=list(found)) + (f"?{self.query}" if self.query else "")


def _fill(*states: str, **more: Any) -> Find:
    return lambda pharmacy: _newest(Fill.objects.filter(pharmacy=pharmacy, state__in=states, **more))


def _newest(rows: "QuerySet[Any]") -> Arguments | None:
    found = rows.order_by("-pk").first()
    return None if found is None else (found.pk,)


def _patient(pharmacy: Pharmacy) -> Arguments | None:
    return _newest(Patient.objects.filter(pharmacy=pharmacy, prescriptions__fills__state="sold"))


def _prescription(pharmacy: Pharmacy) -> Arguments | None:
    return _newest(Prescription.objects.filter(pharmacy=pharmacy, state="active", fills__state="sold"))


def _prescriber(pharmacy: Pharmacy) -> Arguments | None:
    return _newest(Prescriber.objects.filter(pharmacy=pharmacy, prescriptions__isnull=False))


def _worker(pharmacy: Pharmacy) -> Arguments | None:
    return _newest(Worker.objects.filter(pharmacy=pharmacy).exclude(account=None))


def _package(pharmacy: Pharmacy) -> Arguments | None:
    """The product of the fill that is newest in the bench's hands, so that its page shows lots, uses and book."""
    return Fill.objects.filter(pharmacy=pharmacy, state="filled").values_list("package").order_by("-pk").first()


def _lot(pharmacy: Pharmacy) -> Arguments | None:
    return _newest(Lot.objects.filter(pharmacy=pharmacy, fill_lots__fill__state="sold"))


def _recall(pharmacy: Pharmacy) -> Arguments | None:
    return _newest(Recall.objects.filter(pharmacy=pharmacy))


def _return(pharmacy: Pharmacy) -> Arguments | None:
    return _newest(Return.objects.filter(pharmacy=pharmacy))


def _suspect(pharmacy: Pharmacy) -> Arguments | None:
    return _newest(Suspect.objects.filter(pharmacy=pharmacy))


def _delivery(state: str) -> Find:
    return lambda pharmacy: _newest(Delivery.objects.filter(pharmacy=pharmacy, state=state))


def _discrepancy(pharmacy: Pharmacy) -> Arguments | None:
    return _newest(Discrepancy.objects.filter(pharmacy=pharmacy))


def _order(*states: str) -> Find:
    return lambda pharmacy: _newest(Order.objects.filter(pharmacy=pharmacy, state__in=states))


def _bag(state: str) -> Find:
    return lambda pharmacy: _newest(Bag.objects.filter(pharmacy=pharmacy, fills__state=state))


def _kept(pharmacy: Pharmacy) -> Arguments | None:
    return _newest(KeptCalculation.objects.filter(pharmacy=pharmacy))


def _to_calculate_again(pharmacy: Pharmacy) -> Arguments | None:
    rows = KeptCalculation.objects.filter(pharmacy=pharmacy, second_by=None, set_aside_by=None)
    return _newest(rows.exclude(second_reason=""))


def _for_a_fill(name: str) -> Find:
    def find(pharmacy: Pharmacy) -> Arguments | None:
        found = _fill("in_entry", "queued")(pharmacy)
        return found and (*found, name)

    return find


PIC, PHARMACIST = Role.PHARMACIST_IN_CHARGE, Role.PHARMACIST

PAGES: tuple[ListedPage, ...] = (
    ListedPage("board:index"),
    ListedPage("board:waiting"),
    ListedPage("drop_off:queue"),
    ListedPage("drop_off:new", "paper"),
    ListedPage("drop_off:new", "telephone", query="kind=phone"),
    ListedPage("drop_off:arrival", "matched", _fill("received", prescription__patient__isnull=False)),
    ListedPage("drop_off:arrival", "not matched", _fill("received", prescription__patient=None)),
    ListedPage("drop_off:new_patient", "", _fill("received", prescription__patient=None)),
    ListedPage("data_entry:queue"),
    ListedPage("data_entry:sheet", "", _fill("in_entry", marked_fields=[])),
    ListedPage("claims:fill", "rejected", _fill("rejected")),
    ListedPage("claims:fill", "no answer", _fill("unanswered")),
    ListedPage("claims:fill", "paid", _fill("awaiting_check", "queued", claims__state="paid")),
    ListedPage("claims:exchange", "", _fill("rejected")),
    ListedPage("claims:change", "", _fill("awaiting_check", "queued", claims__state="paid")),
    ListedPage("claims:coverage", "", _patient),
    ListedPage("pre_check:queue", role=PHARMACIST),
    ListedPage("pre_check:check", "", _fill("awaiting_check"), role=PHARMACIST),
    ListedPage("filling:queue"),
    ListedPage("filling:fill", "to count", _fill("queued")),
    ListedPage("filling:fill", "filled", _fill("filled")),
    ListedPage("filling:part", "", _fill("queued")),
    ListedPage("filling:out_of_stock", "", _fill("queued")),
    ListedPage("filling:hold", "", _fill("queued")),
    ListedPage("filling:close_short", "", _fill("out_of_stock", "owed")),
    ListedPage("verification:queue", role=PHARMACIST),
    ListedPage("verification:check", "", _fill("filled"), role=PHARMACIST),
    ListedPage("will_call:queue"),
    ListedPage("will_call:due"),
    ListedPage("will_call:bag", "to shelve", _bag("bagged")),
    ListedPage("will_call:bag", "on its shelf", _bag("in_will_call")),
    ListedPage("pickup:index"),
    ListedPage("pickup:receipt", "", lambda pharmacy: _newest(Sale.objects.filter(pharmacy=pharmacy))),
    ListedPage("patients:index"),
    ListedPage("patients:profile", "", _patient),
    ListedPage("prescribers:index"),
    ListedPage("prescribers:profile", "", _prescriber),
    ListedPage("products:index"),
    ListedPage("products:codes"),
    ListedPage("products:item", "", _package),
    ListedPage("products:trace", "", _lot),
    ListedPage("receiving:queue"),
    ListedPage("receiving:delivery", "announced", _delivery("announced")),
    ListedPage("receiving:delivery", "on the bench", _delivery("receiving")),
    ListedPage("receiving:delivery", "to put away", _delivery("received")),
    ListedPage("receiving:traced", query="q=68180098001"),
    ListedPage("moves:index"),
    ListedPage("discrepancies:queue"),
    ListedPage("discrepancies:one", "", _discrepancy, role=PHARMACIST),
    ListedPage("ordering:index"),
    ListedPage("ordering:order", "draft", _order("draft")),
    ListedPage("ordering:order", "answered", _order("acknowledged", "partly_received", "received")),
    ListedPage("recalls:index", role=PHARMACIST),
    ListedPage("recalls:recall", "", _recall, role=PHARMACIST),
    ListedPage("expiring:index"),
    ListedPage("returns:index"),
    ListedPage("returns:shipment", "", _return),
    ListedPage("suspects:index"),
    ListedPage("suspects:suspect", "", _suspect, role=PHARMACIST),
    ListedPage("where:index", query="q=mar"),
    ListedPage("where:fill", "rejected", _fill("rejected")),
    ListedPage("where:fill", "sold", _fill("sold")),
    ListedPage("refills:index"),
    ListedPage("refills:prescription", "", _prescription),
    ListedPage("messages:queue"),
    ListedPage("messages:message", "", lambda pharmacy: _newest(Message.objects.filter(pharmacy=pharmacy))),
    ListedPage("tasks:index"),
    ListedPage("tasks:task", "", lambda pharmacy: _newest(Task.objects.filter(pharmacy=pharmacy, done_at=None))),
    ListedPage("people:index", role=PIC),
    ListedPage("people:me", is_long=True),
    ListedPage("people:worker", "", _worker, role=PIC, is_long=True),
    ListedPage("people:invite", role=PIC),
    ListedPage("keeping:index", role=PIC),
    ListedPage("people:bench"),
    ListedPage("people:looks", "", _patient, role=PIC, is_long=True),
    ListedPage("calculator:index"),
    ListedPage("calculator:page", "", lambda pharmacy: ("alligation-alternate",)),
    ListedPage("calculator:for_fill", "", _fill("in_entry", "queued")),
    ListedPage("calculator:fill_page", "", _for_a_fill("weight-drip")),
    ListedPage("calculator:kept", "", _kept),
    ListedPage("calculator:second", "", _to_calculate_again, role=PHARMACIST),
    ListedPage("practice:index"),
    ListedPage("practice:problem", "", lambda pharmacy: ("dilution", "a1", 1)),
    ListedPage("shorthand:index"),
    ListedPage("help:tour"),
    ListedPage("help:index", "of data entry", query="page=/data-entry/"),
    ListedPage("help:index", "of filling", query="page=/filling/"),
    ListedPage("parts:index", is_long=True),
    ListedPage("parts:work", is_long=True),
    ListedPage("account_change_password"),
    ListedPage("mfa_index"),
)
