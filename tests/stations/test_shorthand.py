"""Own shorthand: proposed, approved, used at data entry, retired; learned from use, never by itself."""

from uuid import uuid4

import pytest

from pestle.records.fills import Fill
from pestle.records.shorthand import SigShorthand
from pestle.stations.entry import data_entry, shorthand
from pestle.stations.intake import drop_off
from pestle.terms.findings import Refused
from tests.stations.bench import act
from tests.world import NOW, World, make_world

pytestmark = pytest.mark.django_db
TWICE = "take 1 tablet by mouth twice a day"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def propose(world: World, short: str = "qxk", text: str = TWICE) -> SigShorthand:
    return shorthand.propose(**act(world), short=short, text=text)


def in_use(world: World, short: str = "qxk", text: str = TWICE) -> SigShorthand:
    row = propose(world, short, text)
    return shorthand.approve(**act(world, world.ben), shorthand_id=row.pk)


def typed(world: World, text: str, fill: Fill | None = None) -> Fill:
    if fill is None:
        fill = world.fill(world.prescribe(sig_short="", directions=""))
        drop_off.begin_entry(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk)
    data_entry.save_entry(**act(world), fill_id=fill.pk, typed={"directions": text})
    fill.refresh_from_db()
    return fill


def test_a_proposal_is_not_read_and_an_approved_code_is(world: World) -> None:
    row = propose(world)
    before = typed(world, "qxk").prescription

    shorthand.approve(**act(world, world.ben), shorthand_id=row.pk)
    after = typed(world, "QXK for pain").prescription

    assert before.directions_need_clarification
    assert after.directions == "Take 1 tablet by mouth 2 times a day for pain."
    assert after.sig_short == f"{TWICE} for pain"


def test_only_a_pharmacist_approves(world: World) -> None:
    row = propose(world)

    with pytest.raises(Refused, match="A pharmacist approves"):
        shorthand.approve(**act(world, world.dana), shorthand_id=row.pk)
    assert not shorthand.library_of(world.pharmacy)


def test_a_retired_code_is_no_longer_read_and_what_was_typed_with_it_keeps_its_words(world: World) -> None:
    row = in_use(world)
    old = typed(world, "qxk").prescription

    shorthand.retire(**act(world, world.dana), shorthand_id=row.pk, because="confused with qxh")

    old.refresh_from_db()
    assert old.sig_short == TWICE
    assert typed(world, "qxk").prescription.directions_need_clarification
    assert propose(world).approved_at is None


def test_the_prescribers_own_words_are_never_taken_for_a_code(world: World) -> None:
    in_use(world)

    rx = world.prescribe(sig_short="", as_received={"drug": {"directions": "qxk"}})

    assert shorthand.written_out("qxk", world.pharmacy, rx.as_received) == "qxk"
    assert shorthand.written_out("qxk", world.pharmacy, {}) == TWICE


@pytest.mark.parametrize(
    ("short", "text", "says"),
    [
        ("bid", TWICE, "read by the house already"),
        ("qd", TWICE, "one word"),
        ("two words", TWICE, "one word"),
        ("1234", TWICE, "letter"),
        ("qxk", "take 1 tablet qod", "write"),
        ("qxk", "take it", "not clear"),
        ("qxk", "", "what it stands for"),
        ("qxk", "take .5 tablet by mouth daily", "write"),
    ],
)
def test_a_code_that_hides_or_misleads_is_refused(world: World, short: str, text: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        propose(world, short, text)


def test_a_part_of_directions_may_be_a_code(world: World) -> None:
    in_use(world, "wfx", "with food")

    assert typed(world, "1t po bid wfx").prescription.directions == "Take 1 tablet by mouth 2 times a day with food."


def test_one_code_has_one_meaning_in_a_pharmacy(world: World) -> None:
    propose(world)

    with pytest.raises(Refused, match="has a meaning here"):
        propose(world, "QXK", "take 2 tablets by mouth daily")


def test_what_people_typed_and_then_wrote_out_three_times_is_shown_and_nothing_learned_by_itself(world: World) -> None:
    for _ in range(3):
        fill = typed(world, "qxk")
        typed(world, TWICE, fill)
    once = typed(world, "zzk")
    typed(world, TWICE, once)

    seen = shorthand.seen_in_use(world.pharmacy)

    assert [(each.short, each.text, each.times) for each in seen] == [("qxk", TWICE, 3)]
    assert not SigShorthand.objects.exists()
    assert propose(world).times_seen == 3
    assert not shorthand.seen_in_use(world.pharmacy)
