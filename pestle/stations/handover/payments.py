"""Money at the register: what was tendered, whether it is right, and how it falls to each patient's sale."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from pestle.records.handover import Payment, Sale
from pestle.records.people import Worker
from pestle.terms.findings import refuse

KINDS = ("cash", "card", "account")
NOTHING = Decimal(0)
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Tender:
    """One way of paying a part of the price: cash with what was handed over, a card's reference, or the account."""

    kind: str
    amount: Decimal
    tendered: Decimal = NOTHING
    reference: str = ""


def must_be_right(tenders: Sequence[Tender], total: Decimal) -> None:
    """This will refuse payments that are no payments, or that do not come to the price."""
    for tender in tenders:
        _must_be_money(tender)
        if tender.kind not in KINDS:
            raise refuse("Pay in cash, by card or on the account.", rule="ways_to_pay", field="payment")
        if tender.kind == "card" and not tender.reference.strip():
            raise refuse("Type the reference of the card payment.", rule="a_card_has_a_reference", field="reference")
        if tender.kind == "cash" and tender.tendered < tender.amount:
            raise refuse(
                "The cash handed over is less than the amount: take the rest, or part of it by card.",
                rule="cash_covers_it",
                field="tendered",
            )
    paid = sum((tender.amount for tender in tenders), NOTHING)
    if paid != total:
        raise refuse(f"The price is ${total}; the payments add up to ${paid}.", rule="price_is_paid", field="payment")


def change_for(tenders: Iterable[Tender]) -> Decimal:
    """This will give the change: what was tendered in cash above the amount due in cash."""
    return sum((tender.tendered - tender.amount for tender in tenders if tender.kind == "cash"), NOTHING)


def shares(tenders: Sequence[Tender], totals: Sequence[Decimal]) -> list[list[Tender]]:
    """This will part payments among several sales in order, to the cent; the cash handed over goes with the first."""
    left = list(tenders)
    parted: list[list[Tender]] = []
    for total in totals:
        parted.append([])
        due = total
        while due > 0 and left:
            part = min(due, left[0].amount)
            rest = left[0].amount - part
            more = left[0].tendered - left[0].amount if left[0].kind == "cash" else NOTHING
            handed = part + more if left[0].kind == "cash" else NOTHING
            parted[-1].append(replace(left[0], amount=part, tendered=handed))
            left[:1] = [replace(left[0], amount=rest, tendered=rest if handed else NOTHING)] if rest else []
            due -= part
    return parted


def take_money(sale: Sale, tenders: Iterable[Tender], *, by: Worker, at: datetime) -> None:
    """This will write the payments of one sale; to be called inside an act."""
    given = list(tenders)
    if any(tender.kind == "account" for tender in given) and not sale.patient.account_is_open:
        raise refuse(
            f"{sale.patient.given} has no house account.", rule="account_is_open", field="payment"
        )  # fmt: skip
    Payment.objects.bulk_create(
        Payment(
            sale=sale, kind=tender.kind, amount=tender.amount, tendered=tender.tendered,
            reference=tender.reference.strip()[:40], at=at, worker=by,
        )
        for tender in given
    )  # fmt: skip


def _must_be_money(tender: Tender) -> None:
    for amount in (tender.amount, tender.tendered):
        if not amount.is_finite() or amount != amount.quantize(CENT):
            raise refuse("Type an amount in dollars and cents.", rule="money_is_exact", field="payment")
    if tender.amount <= 0:
        raise refuse("Type a payment above zero.", rule="money_is_exact", field="payment")
