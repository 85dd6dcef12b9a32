"""Suspect product: set apart at once, asked about, cleared back to its place, or told of to the FDA within a day."""

from datetime import timedelta
from decimal import Decimal

import pytest

from pestle.records.withdrawn import Suspect, VerificationRequest
from pestle.stations.stock import moving
from pestle.stations.withdrawn import return_desk, returning, suspecting
from pestle.terms.findings import Refused
from tests.stations.bench import act, held
from tests.world import NOW, World, make_world

pytestmark = pytest.mark.django_db
FORM = {"classification": "counterfeit", "description": "Seal broken, print blurred.", "partners": "Lakeside Drug",
        "contact": "Ben Levi, 734 555 0100"}  # fmt: skip


@pytest.fixture
def world() -> World:
    return make_world()


def suspected(world: World) -> Suspect:
    """The one bottle of its lot on the shelf."""
    told = {"lot_id": world.lots["98001A"].pk, "place_id": world.places["shelf"].pk, "packages": 1}
    return suspecting.quarantine(**act(world), **told, because="The seal is broken.")


def asked(world: World, suspect: Suspect) -> VerificationRequest:
    suspecting.ask(**act(world), suspect_id=suspect.pk, serial="10000001", asked_of="Lupin")
    return VerificationRequest.objects.get(suspect=suspect)


def test_it_leaves_its_shelf_at_once_and_comes_back_when_every_package_was_verified(world: World) -> None:
    suspect, lot = suspected(world), world.lots["98001A"]
    assert (held(world, lot, "shelf"), held(world, lot, "quarantine")) == (0, 100)
    with pytest.raises(Refused, match="0 of 1 packages"):
        suspecting.clear(**act(world, world.ben), suspect_id=suspect.pk, reason="Looks good.")

    request = asked(world, suspect)
    suspecting.hear(**act(world), request_id=request.pk, is_verified=True, words="By telephone.")
    with pytest.raises(Refused, match="is for a pharmacist"):
        suspecting.clear(**act(world), suspect_id=suspect.pk, reason="Verified.")
    cleared = suspecting.clear(**act(world, world.ben), suspect_id=suspect.pk, reason="Verified.")

    assert cleared.state == "cleared"
    assert held(world, lot, "shelf") == 100


def test_what_the_maker_does_not_know_is_not_cleared(world: World) -> None:
    suspect = suspected(world)
    suspecting.hear(**act(world), request_id=asked(world, suspect).pk, is_verified=False)

    with pytest.raises(Refused, match="does not know 1"):
        suspecting.clear(
            **act(world, world.ben), suspect_id=suspect.pk, reason="Looks good.",
            because={"enough_packages_are_verified": "Only one."},
        )  # fmt: skip


def test_the_clock_of_a_day_begins_when_it_is_found_illegitimate(world: World) -> None:
    suspect = suspected(world)

    found = suspecting.condemn(**act(world, world.ben, later=90), suspect_id=suspect.pk, reason="Serial is not theirs.")

    assert found.tell_by == world.now + timedelta(hours=25, minutes=30)
    told = {"suspect_id": suspect.pk, "reason": "Letter of December 3."}
    with pytest.raises(Refused, match="Tell the FDA by Form 3911"):
        suspecting.end(**act(world, world.ben), **told)
    with pytest.raises(Refused, match="The form lacks: description"):
        suspecting.notify(**act(world, world.ben), suspect_id=suspect.pk, form=FORM | {"description": " "})
    suspecting.notify(**act(world, world.ben), suspect_id=suspect.pk, form=FORM)
    ended = suspecting.end(**act(world, world.ben), **told)

    assert (ended.state, ended.told_at) == ("ended", world.now)
    assert held(world, world.lots["98001A"], "quarantine") == 100


def test_a_maker_has_a_day_to_answer_and_is_asked_about_a_package_once(world: World) -> None:
    suspect = suspected(world)
    request = asked(world, suspect)

    assert request.answer_by == world.now + timedelta(hours=24)
    with pytest.raises(Refused, match="asked about already"):
        asked(world, suspect)


def test_no_more_is_set_apart_than_stands_there_and_never_without_a_reason(world: World) -> None:
    told = {"lot_id": world.lots["98001A"].pk, "place_id": world.places["shelf"].pk}

    with pytest.raises(Refused, match="how many packages"):
        suspecting.quarantine(**act(world), **told, packages=2, because="Seal.")
    with pytest.raises(Refused, match="what makes it suspect"):
        suspecting.quarantine(**act(world), **told, packages=1, because=" ")
    assert held(world, world.lots["98001A"], "shelf") == 100


def test_suspect_product_is_neither_sent_back_nor_carried_out_of_quarantine(world: World) -> None:
    suspect, lot = suspected(world), world.lots["98001A"]
    quarantine = lot.balances.get(place__kind="quarantine").place
    back = returning.begin(**act(world), goes_to="reverse distributor")

    with pytest.raises(Refused, match="stays in quarantine"):
        returning.put_on(**act(world), return_id=back.pk, lot_id=lot.pk, place_id=quarantine.pk)
    carried = {"source_id": quarantine.pk, "target_id": world.places["shelf"].pk, "lot_id": lot.pk}
    with pytest.raises(Refused, match="stays in quarantine"):
        moving.move_stock(**act(world, world.ben), **carried, quantity=Decimal(100), reason="Looks good.")
    assert return_desk.desk(world.ada, back.pk, NOW).waiting == ()

    suspecting.hear(**act(world), request_id=asked(world, suspect).pk, is_verified=False)
    suspecting.condemn(**act(world, world.ben), suspect_id=suspect.pk, reason="The maker does not know it.")
    with pytest.raises(Refused, match="stays in quarantine"):
        returning.put_on(**act(world), return_id=back.pk, lot_id=lot.pk, place_id=quarantine.pk)
