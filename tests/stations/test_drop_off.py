"""Drop-off at the counter: matches, choices, duplicates, promises, paper, telephone, refills, new people."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from PIL import Image

from pestle.records.events import Event
from pestle.records.fills import Fill
from pestle.records.messages import Document
from pestle.records.patients import Patient
from pestle.records.prescribers import Prescriber
from pestle.records.prescriptions import Prescription
from pestle.stations.intake import arrivals, counter, documents, drop_off, duplicates, new_people, refills
from pestle.stations.intake.counter import Counter, Item
from pestle.stations.intake.duplicates import DROP_THIS, END_OTHER, KEEP_BOTH
from pestle.stations.intake.new_people import Card, NewPatient
from pestle.stations.intake.originals import from_script
from pestle.stations.intake.promises import promise
from pestle.terms.findings import Refused
from pestle.wire import script
from tests.orders import ZOLPIDEM, new_rx
from tests.street import walk
from tests.world import NOW, World, an_act, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def receive(world: World, **changes: object) -> Fill:
    original = from_script(script.decode(new_rx(**changes)))  # type: ignore[arg-type]
    return drop_off.receive_new_rx(act_id=an_act(), by=world.program, at=NOW, original=original)


def clea(world: World) -> Patient:
    return Patient.objects.create(
        pharmacy=world.pharmacy, family="Marchetti", given="Clea", birth_on=date(1968, 3, 14), sex="F",
        phone="7345550197", address="88 Quarry Road", city="Ann Arbor", state="MI", postal_code="48103",
    )  # fmt: skip


def match(world: World, fill: Fill, what: str, row: object) -> Fill:
    chosen_id: int = row.pk  # type: ignore[attr-defined]
    return drop_off.match(act_id=an_act(), by=world.ada, at=NOW, fill_id=fill.pk, what=what, chosen_id=chosen_id)


def test_with_two_similar_people_nobody_is_matched_by_itself(world: World) -> None:
    clea(world)

    fill = receive(world)
    desk = arrivals.desk(world.ada, fill.pk, NOW)

    assert fill.prescription.patient is None
    assert [each.row.given for each in desk.patients] == ["Cleo", "Clea"]
    assert "The given name differs in one letter: Cleo, Clea." in desk.similar[0]


def test_a_choice_by_hand_is_kept_with_its_reasons(world: World) -> None:
    clea(world)
    fill = receive(world)

    match(world, fill, "patient", world.cleo)

    fill.refresh_from_db()
    event = Event.objects.filter(subject_kind="prescription", verb="match_patient").get()
    assert fill.prescription.patient == world.cleo
    assert (event.worker, event.details["by_hand"], event.details["reasons"]["birth date"]) == (
        world.ada, True, "agrees",
    )  # fmt: skip
    assert any(check.label == "By hand" for check in arrivals.desk(world.ada, fill.pk, NOW).checks)


def test_choosing_the_drug_sets_schedule_and_proposes_what_is_on_the_shelf(world: World) -> None:
    fill = receive(world, drug={"ndc11": ""})

    assert fill.prescription.product is None
    match(world, fill, "product", world.packages["lisinopril 10 mg"].product)

    fill = Fill.objects.get()
    assert fill.package == world.packages["lisinopril 10 mg"]
    assert fill.prescription.schedule == "NONE"


def test_a_wrong_code_with_right_words_is_not_matched_but_the_right_drug_comes_first(world: World) -> None:
    fill = receive(world, drug={"ndc11": "00093172101"})

    desk = arrivals.desk(world.ada, fill.pk, NOW)

    assert fill.prescription.product is None
    assert desk.products[0].row == world.packages["lisinopril 10 mg"].product


def test_past_data_entry_nothing_is_matched_anew(world: World) -> None:
    fill = walk(world, receive(world), to="awaiting_check")

    with pytest.raises(Refused, match="past data entry"):
        match(world, fill, "patient", clea(world))


def test_somebody_elses_patient_cannot_be_chosen(world: World) -> None:
    fill = receive(world)

    with pytest.raises(Refused, match="not here"):
        drop_off.match(act_id=an_act(), by=world.ada, at=NOW, fill_id=fill.pk, what="patient", chosen_id=999_999)


def test_the_inbox_is_cut_by_what_failed(world: World) -> None:
    receive(world)
    receive(world, message_id="M-2", order_number="ORD-2", patient={"family": "Okonkwo"}, drug={"ndc11": ""})
    receive(world, message_id="M-3", order_number="ORD-3", prescriber={"npi": "1000000004"})

    assert {each.value: arrivals.inbox(world.pharmacy, failed=each.value).total for each in arrivals.Failed} == {
        "": 3, "patient": 3, "prescriber": 3, "product": 3, "nothing": 3,
    }  # fmt: skip
    assert arrivals.inbox(world.pharmacy).counts == {
        "": 3, "patient": 1, "prescriber": 1, "product": 1, "nothing": 1,
    }  # fmt: skip
    failing = arrivals.inbox(world.pharmacy, failed="prescriber").rows
    assert [row.fill.prescription.as_received["envelope"]["order_number"] for row in failing] == ["ORD-3"]


def test_starting_entry_takes_it_into_the_hands_of_who_starts(world: World) -> None:
    fill = receive(world)

    drop_off.begin_entry(act_id=an_act(), by=world.ada, at=NOW, fill_id=fill.pk)

    fill.refresh_from_db()
    assert (fill.state, fill.in_hands_of) == ("in_entry", world.ada)


def test_a_cashier_starts_no_entry(world: World) -> None:
    fill = receive(world)

    with pytest.raises(Refused, match="technician"):
        drop_off.begin_entry(act_id=an_act(), by=world.hana, at=NOW, fill_id=fill.pk)


def test_a_double_click_receives_once(world: World) -> None:
    original = from_script(script.decode(new_rx()))
    act_id = an_act()

    first = drop_off.receive_new_rx(act_id=act_id, by=world.program, at=NOW, original=original)
    second = drop_off.receive_new_rx(act_id=act_id, by=world.program, at=NOW, original=original)

    assert first == second
    assert Prescription.objects.count() == 1


def test_two_of_the_same_drug_are_shown_and_must_be_answered(world: World) -> None:
    receive(world)
    second = receive(world, message_id="M-2", order_number="ORD-2")

    assert second.facts(NOW, world.ada).duplicates_open == 1
    duplicates.answer(
        act_id=an_act(), by=world.ada, at=NOW, fill_id=second.pk, choice=KEEP_BOTH, because="10 mg twice, on purpose"
    )

    second.refresh_from_db()
    assert second.duplicates_cleared_by == world.ada
    assert second.facts(NOW, world.ada).duplicates_open == 0


def test_the_duplicate_itself_can_be_dropped(world: World) -> None:
    receive(world)
    second = receive(world, message_id="M-2", order_number="ORD-2")

    duplicates.answer(
        act_id=an_act(), by=world.ada, at=NOW, fill_id=second.pk, choice=DROP_THIS, because="sent twice by the clinic"
    )

    second.refresh_from_db()
    assert (second.state, second.prescription.state) == ("cancelled", "cancelled")


def test_the_older_one_can_end_when_nothing_of_it_is_open(world: World) -> None:
    first = receive(world)
    walk(world, first, to="sold")
    second = receive(world, message_id="M-2", order_number="ORD-2")

    duplicates.answer(
        act_id=an_act(), by=world.ada, at=NOW, fill_id=second.pk, choice=END_OTHER, because="new dose from today"
    )

    older = Prescription.objects.get(pk=first.prescription_id)
    assert (older.state, older.replaced_by) == ("cancelled", second.prescription)


def test_the_older_one_does_not_end_while_a_fill_of_it_is_open(world: World) -> None:
    receive(world)
    second = receive(world, message_id="M-2", order_number="ORD-2")

    with pytest.raises(Refused, match="still open"):
        duplicates.answer(
            act_id=an_act(), by=world.ada, at=NOW, fill_id=second.pk, choice=END_OTHER, because="new dose"
        )


def test_a_duplicate_needs_a_reason(world: World) -> None:
    receive(world)
    second = receive(world, message_id="M-2", order_number="ORD-2")

    with pytest.raises(Refused, match="reason"):
        duplicates.answer(act_id=an_act(), by=world.ada, at=NOW, fill_id=second.pk, choice=KEEP_BOTH, because=" ")


def test_a_promise_counts_what_waits_and_a_waiter_only_other_waiters(world: World) -> None:
    empty = promise(world.pharmacy, NOW).at
    for number in range(30):
        receive(world, message_id=f"M-{number}", order_number=f"ORD-{number}")

    full = promise(world.pharmacy, NOW)
    waiter = promise(world.pharmacy, NOW, is_waiter=True)

    assert empty < full.at
    assert waiter.at == empty
    assert "30 ahead" in str(full.worked.steps[0])


def test_a_promise_that_cannot_be_kept_is_refused_and_a_lead_may_give_it(world: World) -> None:
    fill = receive(world)
    asked = {"at": NOW, "fill_id": fill.pk, "promised_at": NOW + timedelta(minutes=1)}

    with pytest.raises(Refused, match="promise a later time"):
        drop_off.promise_anew(act_id=an_act(), by=world.ada, **asked)
    reason = {"promise_can_be_kept": "I do it myself now"}
    drop_off.promise_anew(act_id=an_act(), by=world.dana, because=reason, **asked)

    fill.refresh_from_db()
    assert fill.promised_at == NOW + timedelta(minutes=1)


def test_measured_seconds_come_from_todays_work(world: World) -> None:
    assert not promise(world.pharmacy, NOW).worked.is_reviewed

    for number in range(7):
        fill = receive(world, message_id=f"M-{number}", order_number=f"ORD-{number}", drug={"quantity": "10"})
        fill.duplicate_ids = []
        fill.save(update_fields=["duplicate_ids"])
        world.now = NOW + timedelta(seconds=40 * number)
        walk(world, fill, to="filled")

    steps = [str(step) for step in promise(world.pharmacy, world.now).worked.steps]
    assert "40 s each" in steps[0]
    assert "40 s each" in steps[2]


def picture(width: int = 40, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, 40), "white").save(out, kind)
    return out.getvalue()


def keep(world: World, content: bytes) -> Document:
    return documents.keep(act_id=an_act(), by=world.ada, at=NOW, content=content, kind="paper")


def test_a_picture_is_kept_as_it_came_and_only_once(world: World) -> None:
    content = picture(kind="JPEG")

    first, second = keep(world, content), keep(world, content)

    assert first == second
    assert bytes(first.content) == content
    assert (first.media_type, first.pages) == ("image/jpeg", 1)


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"%PDF-1.7 nothing", picture()[:60], b"<svg/>", b"GIF89a" + b"\0" * 40, b"%PDF-" + b"\0" * 100],
)
def test_what_is_no_picture_and_no_pdf_is_refused(world: World, content: bytes) -> None:
    with pytest.raises(Refused):
        keep(world, content)

    assert not Document.objects.exists()


def test_a_picture_of_too_many_dots_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_PIXELS", 1000)

    with pytest.raises(Refused, match="too many dots"):
        keep(world, picture(width=100))


def test_several_items_on_one_page_become_prescriptions_of_one_group(world: World) -> None:
    document = keep(world, picture())
    brought = Counter(
        "paper", family="Marchetti", given="Cleo", birth_on=date(1968, 3, 14), document=document, is_waiter=True,
        items=(Item("lisinopril 10 mg tablet", "30", "2", "1 daily", date(2026, 11, 23)), Item("warfarin 5 mg", "30")),
    )  # fmt: skip

    fill = counter.take_in(act_id=an_act(), by=world.ada, at=NOW, brought=brought)

    rxs = list(Prescription.objects.order_by("pk"))
    assert [(rx.document_page, rx.document_item, rx.patient) for rx in rxs] == [(1, 1, world.cleo), (1, 2, world.cleo)]
    assert rxs[0].written_on == date(2026, 11, 23)
    assert Fill.objects.filter(group=fill.group, is_waiter=True).count() == 2


def test_paper_without_its_original_is_refused(world: World) -> None:
    with pytest.raises(Refused, match="Upload the original"):
        counter.take_in(act_id=an_act(), by=world.ada, at=NOW, brought=Counter("paper"))


def said(drug: str, kind: str = "phone") -> Counter:
    return Counter(
        kind, family="Marchetti", given="Cleo", birth_on=date(1968, 3, 14), taken_from="Dr. Nair's nurse Kim",
        items=(Item(drug, "30", "0", "one at bedtime", date(2026, 11, 20)),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("who", "drug", "stopped"),
    [
        ("ada", "lisinopril 10 mg tablet", ""),
        ("gil", "lisinopril 10 mg tablet", "telephone"),
        ("ada", "zolpidem 10 mg tablet", "pharmacist"),
        ("ben", "zolpidem 10 mg tablet", ""),
        ("ada", "something nobody knows", "pharmacist"),
    ],
)
def test_who_may_take_a_new_prescription_by_telephone(world: World, who: str, drug: str, stopped: str) -> None:
    worker = getattr(world, who)

    if stopped:
        with pytest.raises(Refused, match=stopped):
            counter.take_in(act_id=an_act(), by=worker, at=NOW, brought=said(drug))
        assert not Prescription.objects.exists()
    else:
        counter.take_in(act_id=an_act(), by=worker, at=NOW, brought=said(drug))
        assert Prescription.objects.get().taken_from == "Dr. Nair's nurse Kim"


@pytest.mark.parametrize(
    ("who", "drug", "stopped"),
    [
        ("ada", "lisinopril 10 mg tablet", False), ("gil", "lisinopril 10 mg tablet", True),
        ("ada", "zolpidem 10 mg tablet", True), ("ben", "zolpidem 10 mg tablet", False),
    ],
)  # fmt: skip
def test_who_may_take_a_transfer(world: World, who: str, drug: str, stopped: bool) -> None:
    def take() -> Fill:
        brought = said(drug, kind="transfer")
        return counter.take_in(act_id=an_act(), by=getattr(world, who), at=NOW, brought=brought)

    if stopped:
        with pytest.raises(Refused):
            take()
    else:
        assert take().prescription.origin == "5"


def refill(world: World, rx: Prescription, **given: object) -> Fill:
    wanted: dict[str, object] = {"act_id": an_act(), "by": world.ada, "at": world.now, "prescription_id": rx.pk}
    return refills.ask_refill(**{**wanted, **given})  # type: ignore[arg-type]


def test_a_refill_is_the_next_fill_with_what_was_given_last(world: World) -> None:
    first = walk(world, to="sold")
    world.now = NOW + timedelta(days=25)

    second = refill(world, first.prescription, is_waiter=True)

    assert (second.number, second.state, second.quantity, second.package, second.is_waiter) == (
        2, "received", Decimal(30), first.package, True,
    )  # fmt: skip


def test_a_refill_too_soon_names_the_days_and_a_pharmacist_may_give_it(world: World) -> None:
    first = walk(world, to="sold")
    world.now = NOW + timedelta(days=10)

    with pytest.raises(Refused, match="Last filled 10 days ago"):
        refill(world, first.prescription)
    reasons = {"refill_is_not_too_soon": "vacation, spoke to the prescriber"}
    with pytest.raises(Refused):
        refill(world, first.prescription, because=reasons)

    second = refill(world, first.prescription, because=reasons, by=world.ben)

    assert second.number == 2
    assert Event.objects.filter(subject_kind="fill", subject_id=second.pk, verb="lift").exists()


def test_without_refills_the_answer_offers_to_ask_the_prescriber(world: World) -> None:
    first = walk(world, world.fill(world.prescribe(refills=0)), to="sold")
    world.now = NOW + timedelta(days=29)

    answer = refills.answer(first.prescription_id, by=world.ada, at=world.now)

    assert answer.may_ask_prescriber
    assert not answer.is_open
    with pytest.raises(Refused, match="All 0 refills are used"):
        refill(world, first.prescription)


def test_a_fill_that_is_under_way_is_not_filled_twice(world: World) -> None:
    fill = walk(world, to="queued")

    with pytest.raises(Refused, match="already here: queued"):
        refill(world, fill.prescription)
    assert refills.answer(fill.prescription_id, by=world.ada, at=NOW).under_way == fill


def test_a_refill_of_an_old_prescription_is_refused(world: World) -> None:
    first = walk(world, to="sold")
    world.now = NOW + timedelta(days=400)

    with pytest.raises(Refused, match="good for 365 days"):
        refill(world, first.prescription)


def test_a_new_patient_like_one_who_is_here_is_refused_but_a_lead_may_add_them(world: World) -> None:
    person = NewPatient("Marchetti", "Cleo", date(1968, 3, 14), "F", phone="(734) 555-0142")

    with pytest.raises(Refused, match="already a patient"):
        new_people.add_patient(act_id=an_act(), by=world.ada, at=NOW, person=person)
    because = {"nobody_here_is_this_person": "her cousin, other address"}
    added = new_people.add_patient(act_id=an_act(), by=world.dana, at=NOW, person=person, because=because)

    assert Patient.objects.count() == 2
    assert added.phone == "7345550142"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"given": ""}, "given name"),
        ({"birth_on": None}, "birth date"),
        ({"birth_on": date(2027, 1, 1)}, "cannot be right"),
        ({"birth_on": date(1800, 1, 1)}, "cannot be right"),
        ({"phone": "12"}, "phone number"),
    ],
)
def test_a_new_patient_needs_two_identifiers(world: World, change: dict[str, object], words: str) -> None:
    fields: dict[str, object] = {"family": "Okonkwo", "given": "Ife", "birth_on": date(1990, 5, 1), **change}

    with pytest.raises(Refused, match=words):
        new_people.add_patient(act_id=an_act(), by=world.ada, at=NOW, person=NewPatient(**fields))  # type: ignore[arg-type]


def test_a_prescriber_with_a_bad_npi_is_not_added(world: World) -> None:
    with pytest.raises(Refused, match="check digit"):
        new_people.add_prescriber(act_id=an_act(), by=world.ada, at=NOW, family="Reyes", given="T", npi="1234567890")


def test_a_new_prescriber_covers_no_schedule_until_somebody_says_so(world: World) -> None:
    row = new_people.add_prescriber(
        act_id=an_act(), by=world.ada, at=NOW, family="Reyes", given="Tomas", npi="1234567893", dea_number="FR1234563"
    )

    assert isinstance(row, Prescriber)
    assert row.dea_schedules == []


def test_allergies_are_asked_and_none_known_does_not_stand_beside_one(world: World) -> None:
    with pytest.raises(Refused, match="stand in the record"):
        new_people.ask_allergies(act_id=an_act(), by=world.ada, at=NOW, patient_id=world.cleo.pk, none_known=True)
    asked = new_people.ask_allergies(
        act_id=an_act(), by=world.ada, at=NOW, patient_id=world.cleo.pk, new=(("codeine", "nausea"), ("Penicillin", ""))
    )

    assert asked.allergies_asked_on == date(2026, 11, 23)
    assert sorted(asked.allergies.values_list("allergen", flat=True)) == ["codeine", "penicillin"]


def test_cards_are_billed_in_the_order_in_which_they_come(world: World) -> None:
    card = Card(bin="990022", pcn="harbor", group="H1", cardholder_id="X1", person_code="02", plan_name="Harbor Health")

    second = new_people.add_coverage(act_id=an_act(), by=world.ada, at=NOW, patient_id=world.cleo.pk, card=card)
    again = new_people.add_coverage(act_id=an_act(), by=world.ada, at=NOW, patient_id=world.cleo.pk, card=card)

    assert (second.order, second.plan.name, second.plan.pcn, second.plan.reviewed_by) == (
        2,
        "Harbor Health",
        "HARBOR",
        "",
    )
    assert again == second


@pytest.mark.parametrize("change", [{"bin": "12345"}, {"cardholder_id": ""}, {"relationship": "9"}, {"pcn": "X" * 11}])
def test_a_card_that_cannot_be_right_is_refused(world: World, change: dict[str, str]) -> None:
    fields = {"bin": "990022", "cardholder_id": "X1", **change}

    with pytest.raises(Refused):
        new_people.add_coverage(act_id=an_act(), by=world.ada, at=NOW, patient_id=world.cleo.pk, card=Card(**fields))


def test_controlled_without_signature_goes_no_further_than_entry(world: World) -> None:
    fill = receive(world, drug=ZOLPIDEM)

    fill = walk(world, fill, to="in_entry")

    with pytest.raises(Refused, match="without a signature"):
        walk(world, fill, to="awaiting_check")
