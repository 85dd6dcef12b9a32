"""Reads a payment from a form: how, and what was handed over or which reference."""

from collections.abc import Mapping
from decimal import Decimal

from pestle.stations.handover.payments import Tender
from pestle.terms.decimals import half_up, typed_decimal
from pestle.terms.findings import Refused, refuse


def tenders_of(posted: Mapping[str, str], total: Decimal) -> list[Tender]:
    """Give the payment of a total: one kind, or a part in cash and the rest by another; nothing where nothing is due.

    Fields: `payment` (cash, card, account), `tendered` for cash, `reference` for a card, `cash_part` beside the others.
    """
    kind = posted.get("payment", "")
    if not total:
        return []
    if not kind:
        raise refuse("Take the payment, or charge it to the account.", rule="price_is_paid", field="payment")
    part = _money(posted.get("cash_part", ""), "cash_part") if kind != "cash" else Decimal(0)
    rest = total - part
    first = [Tender("cash", part, part)] if part else []
    if kind != "cash":
        return [*first, *([Tender(kind, rest, reference=posted.get("reference", ""))] if rest else [])]
    return [Tender("cash", total, _money(posted.get("tendered", ""), "tendered") or total)]


def _money(text: str, field: str) -> Decimal:
    bare = text.strip().removeprefix("$")
    amount = typed_decimal(bare) if bare else Decimal(0)
    if amount is None or amount != half_up(amount, places=2):
        raise refuse("Type an amount in dollars and cents.", rule="money_is_exact", field=field)
    return amount


def change_of(posted: Mapping[str, str], total: Decimal) -> Decimal | None:
    """Give the change for what was typed so far; None where nothing can be said yet."""
    try:
        tendered = _money(posted.get("tendered", ""), "tendered")
    except Refused:
        return None
    is_cash = posted.get("payment") == "cash"
    return tendered - total if is_cash and tendered.is_finite() and tendered >= total > 0 else None
