"""Which plan is billed first, and which may not be billed at all."""

from dataclasses import dataclass
from datetime import date

FEDERAL = frozenset({"medicare", "medicaid", "tricare"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageFacts:
    """One membership of a plan, as far as the order of billing asks."""

    id: int
    kind: str
    plan: str
    relationship: str = "1"
    cardholder_birth_on: date | None = None
    from_on: date | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """An order of billing that a person may take or change, with the reason for each place and what to ask first."""

    order: tuple[int, ...]
    reasons: tuple[str, ...]
    ask: str = ""


def propose_order(coverages: tuple[CoverageFacts, ...], *, is_child: bool) -> Proposal:
    """This will propose which plan is first: own before dependent, the birthday rule for children, Medicaid last.

    NAIC Coordination of Benefits Model Regulation (120) section 6: the parent whose birthday is earlier in the year
    (month and day, not year); the same birthday: the plan that covered a parent longer. A court order stands above it.
    Medicaid pays last: 42 U.S.C. 1396a(a)(25). Unreviewed.
    """
    ranked = sorted(coverages, key=lambda each: _rank(each, is_child=is_child))
    by_birthday = is_child and sum(each.relationship == "3" for each in coverages) > 1
    return Proposal(
        tuple(each.id for each in ranked),
        tuple(_reason(each, place, by_birthday=by_birthday) for place, each in enumerate(ranked)),
        "Ask whether a court order says which parent's plan is first." if by_birthday else "",
    )


def may_follow(kind: str, *, earlier: tuple[str, ...]) -> str | None:
    """This will say why a plan may not be billed after these kinds of plan, or nothing."""
    if kind == "copay_card" and not FEDERAL.isdisjoint(earlier):
        return "A maker's copay card is never billed beside a federal program (42 U.S.C. 1320a-7b(b))."
    return None


_LAST = {"discount": 1, "copay_card": 2, "medicaid": 3}


def _rank(coverage: CoverageFacts, *, is_child: bool) -> tuple[object, ...]:
    born, since = coverage.cardholder_birth_on, coverage.from_on
    is_dependents = coverage.relationship == "3" and is_child
    return (
        _LAST.get(coverage.kind, 0),
        coverage.relationship not in {"0", "1"},
        (born.month, born.day) if born and is_dependents else (13, 0),
        since or date.max,
        coverage.id,
    )


def _reason(coverage: CoverageFacts, place: int, *, by_birthday: bool) -> str:
    if coverage.kind == "medicaid":
        return "Medicaid pays last."
    if coverage.kind in _LAST:
        return "A card that is no insurance comes after the plans."
    if coverage.relationship in {"0", "1"}:
        return "The patient's own plan comes before one as a dependent."
    if by_birthday and coverage.cardholder_birth_on:
        born = coverage.cardholder_birth_on
        words = "earlier in the year" if place == 0 else "later in the year"
        return f"This parent's birthday, {born:%b} {born.day}, is {words}."
    return "As a dependent, in the order in which the plans began."
