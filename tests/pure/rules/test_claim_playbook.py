"""The order in which plans are billed, whose a reject is, and the ways on from it."""

from datetime import date

import pytest

from pestle.rules.claim_rejects import is_pharmacists
from pestle.rules.coverage_order import CoverageFacts, may_follow, propose_order
from pestle.rules.reject_playbook import FAMILIES, MOST_WAYS, Need, families_of, family_of, ways_of
from pestle.terms.schedule import Schedule

MOTHER = CoverageFacts(
    id=1, kind="commercial", plan="Cascade", relationship="3", cardholder_birth_on=date(1985, 3, 14),
    from_on=date(2024, 1, 1),
)  # fmt: skip
FATHER = CoverageFacts(
    id=2, kind="commercial", plan="Harbor", relationship="3", cardholder_birth_on=date(1990, 2, 2),
    from_on=date(2025, 1, 1),
)  # fmt: skip
SAME_DAY = CoverageFacts(
    id=3, kind="commercial", plan="Lake", relationship="3", cardholder_birth_on=date(1990, 3, 14),
    from_on=date(2020, 1, 1),
)  # fmt: skip
MEDICAID = CoverageFacts(id=4, kind="medicaid", plan="Wolverine")
OWN = CoverageFacts(id=5, kind="commercial", plan="Student")


# NAIC model regulation 120, section 6; 42 U.S.C. 1396a(a)(25).
@pytest.mark.parametrize(
    ("coverages", "order"),
    [
        ((MOTHER, FATHER), (2, 1)),
        ((MOTHER, SAME_DAY), (3, 1)),
        ((MEDICAID, MOTHER, FATHER), (2, 1, 4)),
        ((FATHER, OWN), (5, 2)),
    ],
    ids=["earlier birthday, not the older parent", "same day: longer in force", "Medicaid last", "own plan first"],
)
def test_a_childs_plans_are_proposed_by_the_birthday_rule(
    coverages: tuple[CoverageFacts, ...], order: tuple[int, ...]
) -> None:
    assert propose_order(coverages, is_child=True).order == order


def test_an_adults_plans_do_not_ask_for_a_court_order() -> None:
    assert propose_order((OWN, FATHER), is_child=False).ask == ""


def test_a_makers_card_does_not_follow_a_federal_plan() -> None:
    assert may_follow("copay_card", earlier=("commercial",)) is None
    assert "federal" in (may_follow("copay_card", earlier=("medicare",)) or "")


@pytest.mark.parametrize(
    ("code", "schedule", "whose"),
    [
        ("88", Schedule.NONE, True),
        ("79", Schedule.NONE, False),
        ("79", Schedule.IV, True),
        ("79", Schedule.UNKNOWN, True),
        ("75", Schedule.II, False),
    ],
)
def test_judgement_of_therapy_and_early_controlled_drugs_are_the_pharmacists(
    code: str, schedule: Schedule, *, whose: bool
) -> None:
    assert is_pharmacists(code, schedule=schedule) is whose


def test_no_code_belongs_to_two_families() -> None:
    every = [code for family in FAMILIES for code in family.codes]

    assert len(every) == len(set(every))


def test_an_unknown_code_still_has_ways_on_and_cash_last() -> None:
    ways = ways_of(("ZZ",), there=frozenset())

    assert family_of("ZZ").name == "other"
    assert ways[-1].key == "cash"


def test_what_a_pharmacist_decides_stands_first_and_seven_ways_are_enough() -> None:
    codes = ("79", "75", "88", "70")

    ways = ways_of(codes, there=frozenset(Need))

    assert families_of(codes)[0].name == "dur"
    assert ways[0].key == "dur"
    assert len(ways) == MOST_WAYS


def test_a_way_without_what_it_needs_is_left_out() -> None:
    assert "hold" not in [way.key for way in ways_of(("79",), there=frozenset())]
    assert "hold" in [way.key for way in ways_of(("79",), there=frozenset({Need.PAYER_DATE}))]
