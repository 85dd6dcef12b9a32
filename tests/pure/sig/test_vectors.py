"""Agreement with the 222 worked directions, counted exactly so that a change either way is seen."""

import pytest

from tests.pure.sig.vectors import agrees, directions_of, supply_of, vectors

# Where we differ, and why ours stands.
KNOWN_DIFFERENCES = {
    ("sig-258", "dose"): "1 g to each knee stays 1 g on the label; both knees are counted in the daily use.",
    ("sig-258", "route"): "Each knee is named, where the vector says skin.",
    ("sig-021", "verb"): "A tablet under the tongue is dissolved, where the vector says taken.",
    ("sig-096", "route"): "By mouth goes with the shorthand “TAB”; the vector leaves the route open.",
    ("sig-101", "route"): "By mouth goes with the shorthand “tab”; the vector leaves the route open.",
    ("sig-155", "route"): "Into the muscle is knowledge of the drug, not in the directions.",
    ("sig-284", "route"): "By mouth is knowledge of the drug, not in the directions.",
}


@pytest.mark.parametrize(
    ("part", "agreeing"),
    [
        ("dose", 221),
        ("frequency", 222),
        ("times", 222),
        ("route", 217),
        ("verb", 221),
        ("duration", 222),
        ("need", 222),
    ],
)
def test_the_readings_agree_with_the_worked_ones(part: str, agreeing: int) -> None:
    differing = {row["id"] for row in vectors() if not agrees(row, part)}

    assert differing == {identifier for identifier, named in KNOWN_DIFFERENCES if named == part}
    assert len(vectors()) - len(differing) == agreeing


def test_how_the_steps_hang_together_agrees_everywhere() -> None:
    assert [row["id"] for row in vectors() if directions_of(row["id"]).relation != row.get("relation")] == []


def test_every_days_supply_is_exact() -> None:
    assert [row["id"] for row in vectors() if supply_of(row) != row.get("days_supply")] == []


def test_exactly_the_unclear_directions_are_asked_about() -> None:
    asked = {row["id"] for row in vectors() if directions_of(row["id"]).needs_clarification}

    assert asked == {row["id"] for row in vectors() if row.get("needs_clarification")}
    assert len(asked) == 10


def test_no_unclear_directions_get_a_days_supply() -> None:
    unclear = [row for row in vectors() if row.get("needs_clarification")]

    given_a_quantity = [row | {"quantity": 30, "quantity_unit": "tablet"} for row in unclear]

    assert [row["id"] for row in given_a_quantity if supply_of(row) is not None] == []
