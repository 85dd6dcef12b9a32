"""Whatever several people do to a few fills, in whatever order, twice or at the same instant: the books stay sound."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pestle.flows.fill import FillState
from pestle.ledger.places import PlaceKind
from pestle.records import sealing
from pestle.records.fills import DISPENSED, Fill
from pestle.records.people import Worker
from pestle.records.stock import Balance, Line
from pestle.records.work import Work
from pestle.stations.audit import audit, seal_all
from tests.at_once.two_at_once import Came, beside, one
from tests.properties.moves import ANY_TIME, Told, onward
from tests.world import World, make_world

WORKERS = ("ada", "ben", "gil", "hana")
FILLS = 3
# A case that fails is shown as it is: making it smaller would take minutes.
BOUNDED = settings(
    phases=(Phase.explicit, Phase.generate),
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=False,
)
# Where a fill's own rows say its tablets are.
IN_BASKET = (FillState.FILLED, FillState.VERIFIED, FillState.BAGGED)
# Most go on the way of the fill, so that its end is reached; what is left is tried out of turn.
CHOICES = st.tuples(
    st.integers(0, FILLS - 1),
    st.sampled_from(WORKERS),
    st.one_of(st.just(-1), st.just(-1), st.just(-1), st.integers(0, len(ANY_TIME) - 1)),
    st.integers(0, 9),
)
Choice = tuple[int, str, int, int]


Trying = tuple[Told, UUID, Worker]


@dataclass(repr=False)
class Street:
    """A small pharmacy, a few fills, and what was done so far."""

    world: World
    fills: list[int] = field(default_factory=list)
    done: dict[UUID, tuple[Trying, Came]] = field(default_factory=dict)

    def arrive(self) -> None:
        """Let three fills arrive, two of them of one drug; what went before is over."""
        self.done, drugs = {}, ("lisinopril 10 mg", "lisinopril 20 mg", "lisinopril 10 mg")
        self.fills = [
            self.world.fill(self.world.prescribe(drug), duplicates_cleared_by=self.world.ben).pk for drug in drugs
        ]

    def do(self, choice: Choice) -> list[str]:
        """Try one thing; gives what is wrong with its answer."""
        trying = self._trying(choice)
        if trying is None:
            return []
        told, act_id, _ = trying
        return self._after(trying, one(told.act, act_id, self._given(trying)))

    def do_beside(self, *choices: Choice) -> list[str]:
        """Try two things at the same instant; gives what is wrong with their answers."""
        tried = [each for each in map(self._trying, choices) if each is not None]
        if len(tried) < 2 or tried[0][1] == tried[1][1]:
            return []
        came = beside(*((told.act, act_id, self._given((told, act_id, by))) for told, act_id, by in tried))
        return [said for each, answer in zip(tried, came, strict=True) for said in self._after(each, answer)]

    def _trying(self, choice: Choice) -> Trying | None:
        """Choose what is tried: now and then something that was tried before, under its old id."""
        place, name, move, chance = choice
        if chance == 0 and self.done:
            return list(self.done.values())[-1 - place % len(self.done)][0]
        by: Worker = getattr(self.world, name)
        rows = Fill.objects.select_related("prescription__patient", "bag", "package", "pharmacy")
        fill = rows.get(pk=self.fills[place])
        wanted = onward(fill, by, chance) if move < 0 else ANY_TIME[move]
        told = wanted(self.world, fill) if wanted else None
        return None if told is None else (told, uuid4(), by)

    def _given(self, trying: Trying) -> dict[str, object]:
        told, _, by = trying
        return {"by": by, "at": self.world.now, **told.given}

    def _after(self, trying: Trying, came: Came) -> list[str]:
        told, act_id, _ = trying
        name = f"{told.act.__module__}.{told.act.__name__} {told.given}"
        if came.fault is not None:
            return [f"{name} came to {type(came.fault).__name__}: {came.fault}"]
        _, before = self.done.get(act_id, (None, None))
        if before is not None and before.is_done and came.row != before.row:
            return [f"{name} was answered again with {came} in place of {before}"]
        self.done[act_id] = trying, came
        return []


def faults_in_the_books(street: Street, folder: Path) -> list[str]:
    """Everything that is wrong with the books."""
    return [*_states(), *_quantities(), *_own_words(street), *_proof(street, folder)]


def _states() -> Iterator[str]:
    for fill in Fill.objects.all():
        told = list(fill.events().values_list("number", "source", "target"))
        if [number for number, _, _ in told] != list(range(1, fill.version + 1)) or told[-1][2] != fill.state:
            yield f"fill {fill.pk} is {fill.state} at {fill.version}, its events say {told}"
        broken = [pair for pair in pairwise(told) if pair[0][2] != pair[1][1]]
        if broken or fill.state not in set(FillState):
            yield f"fill {fill.pk} went a way that does not hang together: {broken}"


def _quantities() -> Iterator[str]:
    sums: dict[tuple[int, int], Decimal] = {}
    by_lot: dict[int, Decimal] = {}
    for line in Line.objects.all():
        sums[line.place_id, line.lot_id] = sums.get((line.place_id, line.lot_id), Decimal(0)) + line.quantity
        by_lot[line.lot_id] = by_lot.get(line.lot_id, Decimal(0)) + line.quantity
    yield from (f"lot {lot} sums to {total}" for lot, total in by_lot.items() if total)
    balances = {(row.place_id, row.lot_id): row for row in Balance.objects.select_related("place")}
    yield from (
        f"place {place} holds {balances[place, lot].quantity} of lot {lot}, its lines say {total}"
        for (place, lot), total in sums.items()
        if balances[place, lot].quantity != total
    )
    yield from (
        f"{row.place} holds {row.quantity}" for row in balances.values() if row.place.is_inside and row.quantity < 0
    )


def _own_words(street: Street) -> Iterator[str]:
    """What the fills say of their tablets, and what the places of the book say."""
    expected = {PlaceKind.BASKET: Decimal(0), PlaceKind.WILL_CALL: Decimal(0), PlaceKind.PATIENT: Decimal(0)}
    for fill in Fill.objects.select_related("bag__place"):
        quantity = sum((each.quantity for each in fill.lots.all()), Decimal(0))
        if fill.state in DISPENSED:
            expected[PlaceKind.PATIENT] += quantity
        elif fill.state == FillState.IN_WILL_CALL:
            expected[PlaceKind.WILL_CALL] += quantity
        elif fill.state in IN_BASKET:
            expected[PlaceKind.BASKET] += quantity
    for kind, quantity in expected.items():
        rows = Balance.objects.filter(place__pharmacy=street.world.pharmacy, place__kind=kind.value)
        held = sum((row.quantity for row in rows), Decimal(0))
        if held != quantity and not _is_elsewhere(kind):
            yield f"{kind} holds {held}, the fills say {quantity}"


def _is_elsewhere(kind: PlaceKind) -> bool:
    """Whether some fill is where its state alone does not say in which place its tablets are."""
    doubtful = (FillState.HELD, FillState.RETURN_DUE, FillState.RECALL_HELD, FillState.OUT_FOR_DELIVERY)
    refunded = (FillState.REFUNDED, FillState.REFUND_REVIEW)
    return Fill.objects.filter(state__in=refunded if kind is PlaceKind.PATIENT else doubtful).exists()


def _proof(street: Street, folder: Path) -> Iterator[str]:
    # A file of its own: what another case published was undone with it.
    heads = folder / f"heads-{uuid4()}"
    seal_all(at=street.world.now, heads_file=heads)
    proved = audit(heads_file=heads)
    yield from (str(fault) for each in proved["pharmacies"] for fault in each["faults"])


@pytest.fixture
def street(request: pytest.FixtureRequest) -> Street:
    """The pharmacy of one test; each case lets fills of its own arrive."""
    request.getfixturevalue("db" if request.node.get_closest_marker("django_db").kwargs == {} else "transactional_db")
    world = make_world()
    world.receive("lisinopril 10 mg", "L-2", date(2028, 4, 30), "40")
    return Street(world)


@pytest.mark.django_db
@settings(BOUNDED, max_examples=8)
@given(choices=st.lists(CHOICES, min_size=40, max_size=60))
def test_any_order_of_acts_leaves_the_books_sound(street: Street, tmp_path: Path, choices: list[Choice]) -> None:
    with transaction.atomic():
        street.arrive()

        wrong = [said for choice in choices for said in street.do(choice)]
        connection.check_constraints()

        assert [*wrong, *faults_in_the_books(street, tmp_path)] == []
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
@settings(BOUNDED, max_examples=3)
@given(pairs=st.lists(st.tuples(CHOICES, CHOICES), min_size=25, max_size=40))
def test_acts_that_meet_leave_the_books_sound(
    street: Street, tmp_path: Path, pairs: list[tuple[Choice, Choice]]
) -> None:
    street.arrive()

    wrong = [said for pair in pairs for said in street.do_beside(*pair)]

    assert [*wrong, *faults_in_the_books(street, tmp_path)] == []


def test_every_kind_of_work_is_proved_by_the_audit() -> None:
    assert set(sealing.SUBJECTS) == set(Work.__subclasses__())
