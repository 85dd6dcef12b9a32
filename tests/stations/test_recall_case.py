"""A recall from the notice to the closing report: stopped everywhere, pulled, patients told, closed or lifted."""

from decimal import Decimal
from io import BytesIO

import pytest

from pestle.records.events import Event
from pestle.records.fills import Fill
from pestle.records.stock import Lot
from pestle.records.withdrawn import Recall, RecallMatch
from pestle.stations.bench import filling, verification
from pestle.stations.entry import recalls
from pestle.stations.stock import receiving
from pestle.stations.stock.receiving import InHand
from pestle.stations.withdrawn import recall_case, recall_desk, recall_report, recall_screening
from pestle.terms.findings import Refused
from tests.recalls import notice, question, screened
from tests.stations.bench import act, bottle, held, in_hand, queued
from tests.street import sell, walk
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_lot_that_is_named_for_certain_is_stopped_by_itself_wherever_it_is(world: World) -> None:
    bagged, sold = walk(world, to="in_will_call", place="W-12"), walk(world, to="sold")
    lot = world.lots["98001A"]

    recall = screened(world, lot)

    lot.refresh_from_db()
    bagged.refresh_from_db()
    assert (recall.state, lot.is_recalled, bagged.state) == ("stopped", True, "recall_held")
    assert [row.place.name for row in recall.standing()] == ["shelf"]
    assert [fill.pk for fill in recall.to_tell()] == [sold.pk]
    with pytest.raises(Refused, match="recalled"):
        filling.scan_bottle(**act(world), fill_id=in_hand(world, queued(world)).pk, text=bottle(lot))


def test_the_same_screening_again_finds_nothing_new(world: World) -> None:
    recall = screened(world, world.lots["98001A"])

    recall_screening.screen(**act(world, later=5))

    assert RecallMatch.objects.count() == 1
    assert Recall.objects.get().version == recall.version


def test_a_doubtful_match_stops_nothing_until_a_pharmacist_says_it_is_meant(world: World) -> None:
    lot = world.lots["98001A"]
    match = question(world, lot)

    lot.refresh_from_db()
    assert not lot.is_recalled
    with pytest.raises(Refused, match="for a pharmacist"):
        recall_screening.decide(**act(world), match_id=match.pk, is_meant=True)
    recall_screening.decide(**act(world, world.ben), match_id=match.pk, is_meant=True)

    lot.refresh_from_db()
    match.refresh_from_db()
    assert (lot.is_recalled, match.decided_by) == (True, world.ben)
    assert match.recall is not None


def test_a_lot_that_is_not_meant_needs_a_reason_and_is_asked_about_once(world: World) -> None:
    match = question(world, world.lots["98001A"])
    given = {"match_id": match.pk, "is_meant": False}

    with pytest.raises(Refused, match="why this lot is not meant"):
        recall_screening.decide(**act(world, world.ben), **given)
    recall_screening.decide(**act(world, world.ben), **given, because="Expires 2028, not 2027.")
    with pytest.raises(Refused, match="answered this already"):
        recall_screening.decide(**act(world, world.priya), **given, because="Looked again.")
    recall_screening.screen(**act(world))

    assert recall_desk.questions(world.pharmacy) == []


def test_what_stands_is_pulled_to_the_hold_and_a_difference_is_told(world: World) -> None:
    lot = world.lots["98001A"]
    recall = screened(world, lot)

    recall_case.pull(
        **act(world), recall_id=recall.pk, lot_id=lot.pk, place_id=world.places["shelf"].pk, seen=Decimal(98)
    )

    assert held(world, lot, "shelf") == 0
    assert recall_desk.desk(world.ada, recall.pk, world.now).held[0].quantity == 100
    assert Event.objects.get(subject_kind="recall", verb="pull").details["seen"] == "98"
    with pytest.raises(Refused, match="Nothing of this lot stands there"):
        recall_case.pull(**act(world), recall_id=recall.pk, lot_id=lot.pk, place_id=world.places["shelf"].pk)


def test_it_closes_when_pulled_told_and_answered_and_not_before(world: World) -> None:
    lot = world.lots["98001A"]
    bagged, sold = walk(world, to="in_will_call"), walk(world, to="sold")
    recall = screened(world, lot, classification="Class I")

    with pytest.raises(Refused) as refusal:
        recall_case.close(**act(world, world.ben), recall_id=recall.pk)
    assert {each.rule for each in refusal.value.findings} == {
        "everything_was_pulled", "no_fill_still_waits", "every_patient_was_told", "notice_was_answered",
    }  # fmt: skip

    recall_case.pull(**act(world), recall_id=recall.pk, lot_id=lot.pk, place_id=world.places["shelf"].pk)
    recalls.fill_again(**act(world, world.ben), fill_id=bagged.pk)
    recalls.tell_patient(**act(world), fill_id=sold.pk, how="herself, by telephone")
    recall_case.answer(**act(world), recall_id=recall.pk, words="Response form faxed: 100 tablets held.")
    closed = recall_case.close(**act(world, world.ben), recall_id=recall.pk)

    assert closed.state == "closed"
    assert not Recall.objects.get().to_tell().exists()


def test_a_recall_to_the_retail_level_closes_without_telling_patients(world: World) -> None:
    walk(world, to="sold")
    recall = screened(world, world.lots["98001A"])
    place = world.places["shelf"].pk
    recall_case.pull(**act(world), recall_id=recall.pk, lot_id=world.lots["98001A"].pk, place_id=place)
    recall_case.answer(**act(world), recall_id=recall.pk, words="Sent.")

    recall_case.set_depth(**act(world, world.ben), recall_id=recall.pk, depth="retail")

    assert recall_case.close(**act(world, world.ben), recall_id=recall.pk).state == "closed"


def test_a_lifted_recall_puts_everything_back_and_asks_no_more(world: World) -> None:
    lot = world.lots["98001A"]
    recall = screened(world, lot)
    recall_case.pull(**act(world), recall_id=recall.pk, lot_id=lot.pk, place_id=world.places["shelf"].pk)

    recall_case.lift(**act(world, world.ben), recall_id=recall.pk, reason="The notice is of another maker.")

    lot.refresh_from_db()
    assert (lot.is_recalled, held(world, lot, "shelf")) == (False, 100)
    recall_screening.screen(**act(world))
    lot.refresh_from_db()
    assert not lot.is_recalled


def test_a_lot_that_comes_later_opens_the_closed_recall_again(world: World) -> None:
    first = world.lots["98001A"]
    recall = screened(world, first, lots_text="Lots 98001A, LATE1")
    recall_case.pull(**act(world), recall_id=recall.pk, lot_id=first.pk, place_id=world.places["shelf"].pk)
    recall_case.answer(**act(world), recall_id=recall.pk, words="Sent.")
    recall_case.close(**act(world, world.ben), recall_id=recall.pk)
    late = world.receive("lisinopril 10 mg", "LATE1", first.expires_on, "60")  # type: ignore[arg-type]

    recall_screening.screen(**act(world))

    recall.refresh_from_db()
    assert recall.state == "stopped"
    assert [row.lot_id for row in recall.standing()] == [late.pk]


def test_a_recalled_lot_is_not_taken_in_even_when_nobody_ever_had_it(world: World) -> None:
    package = world.packages["lisinopril 10 mg"]
    fresh = Lot(package=package, pharmacy=world.pharmacy, number="NEVER1", expires_on=world.lots["98001A"].expires_on)
    notice(fresh, lots_text="Lot NEVER1")
    opened = receiving.open_unannounced(**act(world), number="SLIP-1")

    with pytest.raises(Refused, match="recalled: set it apart"):
        receiving.take_in(
            **act(world), delivery_id=opened.pk,
            in_hand=InHand(package.pk, lot_number="NEVER1", expires_on=fresh.expires_on, packages=1),
        )  # fmt: skip


def test_a_bag_in_a_recall_cannot_be_sold(world: World) -> None:
    bagged = walk(world, to="in_will_call")
    screened(world, world.lots["98001A"])
    bagged.refresh_from_db()

    with pytest.raises(Refused):
        sell(world, Fill.objects.with_names().select_related("pharmacy").get(pk=bagged.pk))
    assert Fill.objects.get(pk=bagged.pk).state == "recall_held"


def test_the_deadlines_follow_the_class(world: World) -> None:
    first = screened(world, world.lots["98001A"], classification="Class I")
    second = screened(world, world.lots["98101A"], "D-0200-2026", classification="Class III")

    assert (first.pull_by - first.opened_at).total_seconds() == 3600
    assert (second.pull_by - second.opened_at).days == 3
    late = recall_desk.desk(world.ada, first.pk, first.pull_by.replace(microsecond=1))
    assert late.is_late_to_pull
    assert not recall_desk.desk(world.ada, first.pk, first.pull_by).is_late_to_pull


def test_the_report_tells_what_was_done_and_names_no_patient(world: World) -> None:
    sold = walk(world, to="sold")
    lot = world.lots["98001A"]
    recall = screened(world, lot, lots_text="Lot # 98001A, Exp 05/28")
    recalled = recall_desk.desk(world.ben, recall.pk, world.now)

    report = recall_report.as_pdf(recalled, world.now)

    assert BytesIO(report).read(5) == b"%PDF-"
    assert b"Marchetti" not in report
    assert [each.taken.fill_id for each in recalled.had] == [sold.pk]


def test_verification_of_a_fill_whose_lot_was_recalled_is_refused(world: World) -> None:
    fill = walk(world, to="filled")
    screened(world, world.lots["98001A"])

    with pytest.raises(Refused):
        verification.verify(**act(world, world.ben), fill_id=fill.pk, checked=["data", "product"])
