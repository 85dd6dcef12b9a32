"""Scenario 17: a new generic whose code nobody knows: taught, agreed by a second person, proven, looked at anew."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from pestle.records.fills import Fill
from pestle.records.handover import Task
from pestle.records.people import Worker
from pestle.records.stock import MappedCode
from pestle.stations import scanning
from pestle.stations.bench import filling, mapped_codes
from pestle.terms.findings import Refused
from tests.street import walk
from tests.world import NOW, World, make_world

NEW_CODE = "K7-NEWMAKER-0042"
SAYS = "lisinopril 10 mg tablets, Lupin"


@pytest.fixture
def world(db: None) -> World:
    world = make_world()
    world.receive("lisinopril 10 mg", "MORE", date(2028, 5, 31), "900")
    return world


def act(world: World, by: Worker | None = None, days: int = 0) -> dict[str, Any]:
    return {"act_id": uuid4(), "by": by or world.ada, "at": world.now + timedelta(days=days)}


def at_the_bench(world: World) -> Fill:
    fill = walk(world, to="queued")
    filling.take_in_hand(**act(world), fill_id=fill.pk)
    filling.scan_label(**act(world), fill_id=fill.pk, text=scanning.label_code(fill))
    return fill


def propose(world: World, fill: Fill, by: Worker | None = None, **more: str) -> MappedCode:
    given = {"text": NEW_CODE, "ndc": "68180-980-01", "because": SAYS, **more}
    return mapped_codes.propose_code(**act(world, by), fill_id=fill.pk, **given)


def test_17_an_unknown_code_is_taught_agreed_proven_and_then_ordinary(world: World) -> None:
    fill = at_the_bench(world)
    with pytest.raises(filling.UnknownBottle):
        filling.scan(**act(world), fill_id=fill.pk, text=NEW_CODE)
    assert Task.objects.get(kind="map barcode").done_at is None

    row = propose(world, fill)
    with pytest.raises(filling.UnknownBottle):
        filling.scan(**act(world), fill_id=fill.pk, text=NEW_CODE)
    with pytest.raises(Refused, match="another person reads"):
        mapped_codes.approve_code(**act(world), code_id=row.pk)
    with pytest.raises(Refused, match="One of the two is a pharmacist"):
        mapped_codes.approve_code(**act(world, world.gil), code_id=row.pk)
    mapped_codes.approve_code(**act(world, world.ben), code_id=row.pk)
    assert Task.objects.get(kind="map barcode").done_by == world.ben

    with pytest.raises(filling.WhichBottle, match="proven 0 of 20"):
        filling.scan(**act(world), fill_id=fill.pk, text=NEW_CODE)
    filling.scan(**act(world), fill_id=fill.pk, text=NEW_CODE, package_id=row.package_id)
    row.refresh_from_db()
    assert row.proven == 1

    MappedCode.objects.update(proven=MappedCode.MUST_PROVE)
    filling.scan(**act(world), fill_id=fill.pk, text=NEW_CODE)
    assert Fill.objects.get(pk=fill.pk).lots.count() == 1
    said = [event.verb for event in fill.events().filter(verb__startswith="code_")]
    assert said == ["code_proposed", "code_approved"]


def test_17_after_half_a_year_the_code_is_looked_at_anew(world: World) -> None:
    fill = at_the_bench(world)
    row = propose(world, fill)
    mapped_codes.approve_code(**act(world, world.ben), code_id=row.pk)
    MappedCode.objects.update(proven=MappedCode.MUST_PROVE, approved_at=NOW - timedelta(days=184))

    with pytest.raises(filling.UnknownBottle, match="looked at anew"):
        filling.scan(**act(world), fill_id=fill.pk, text=NEW_CODE)
    mapped_codes.approve_code(**act(world, world.priya), code_id=row.pk)

    row.refresh_from_db()
    assert (row.proven, row.approved_by) == (0, world.priya)


def test_a_code_taught_for_another_product_still_stops_at_the_wrong_bottle(world: World) -> None:
    fill = at_the_bench(world)
    row = propose(world, fill, ndc="68180-981-01", because="lisinopril 20 mg, Lupin")
    mapped_codes.approve_code(**act(world, world.ben), code_id=row.pk)

    with pytest.raises(filling.WrongBottle):
        filling.scan(**act(world), fill_id=fill.pk, text=NEW_CODE, package_id=row.package_id)

    row.refresh_from_db()
    assert row.proven == 0


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"because": " "}, "what the bottle says"),
        ({"ndc": "99999-999-99"}, "No product here has this NDC"),
        ({"text": "68180098001"}, "known already"),
    ],
)
def test_a_proposal_that_says_too_little_is_refused(world: World, wrong: dict[str, str], sentence: str) -> None:
    fill = at_the_bench(world)

    with pytest.raises(Refused, match=sentence):
        propose(world, fill, **wrong)


def test_a_proposal_is_turned_down_and_may_be_made_anew(world: World) -> None:
    fill = at_the_bench(world)
    row = propose(world, fill)
    with pytest.raises(Refused, match="waits for a second person"):
        propose(world, fill)
    with pytest.raises(Refused, match="Say why"):
        mapped_codes.retire_code(**act(world, world.gil), code_id=row.pk, because="")

    mapped_codes.retire_code(**act(world, world.gil), code_id=row.pk, because="it is 20 mg")
    again = propose(world, fill, ndc="68180-981-01", because="lisinopril 20 mg")

    assert again.package.product.strength == "20 mg"
    with pytest.raises(Refused, match="no such code"):
        mapped_codes.approve_code(**act(world, world.ben), code_id=row.pk)


def test_a_code_in_use_is_taken_out_by_a_pharmacist_or_a_lead(world: World) -> None:
    fill = at_the_bench(world)
    row = propose(world, fill)
    mapped_codes.approve_code(**act(world, world.ben), code_id=row.pk)

    with pytest.raises(Refused, match="A pharmacist or a lead"):
        mapped_codes.retire_code(**act(world, world.gil), code_id=row.pk, because="worn out")
    mapped_codes.retire_code(**act(world, world.dana), code_id=row.pk, because="the maker has a real code now")

    assert mapped_codes.in_table(world.pharmacy) == []
    with pytest.raises(filling.UnknownBottle):
        filling.scan(**act(world), fill_id=fill.pk, text=NEW_CODE)
