"""What comes over the e-prescribing network, and what goes out: kept first, read once, answered the same."""

from datetime import timedelta

import pytest

from pestle.flows.fill import FILL
from pestle.links import erx as link
from pestle.records.events import Event
from pestle.records.fills import Fill
from pestle.records.handover import Task
from pestle.records.messages import Message
from pestle.records.pharmacies import Partner, PartnerKind
from pestle.records.prescriptions import Prescription
from pestle.stations.intake import cancellations, erx
from pestle.stations.intake.prescriber_requests import ask_renewal
from pestle.wire import script
from tests.claim_steps import answer, send
from tests.orders import PHARMACY, ZOLPIDEM, cancel_rx, new_rx
from tests.payer import PretendPayer
from tests.street import walk
from tests.world import NOW, World, an_act, make_world

SECRET = "a secret of the tests that is long enough"
KEYS = link.keys_from(SECRET)


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("TEST_ERX_SECRET", SECRET)
    world = make_world()
    Partner.objects.create(
        pharmacy=world.pharmacy, kind=PartnerKind.ERX, name="E-prescriptions", host="127.0.0.1", port=9, path="/script",
        secret_name="TEST_ERX_SECRET",
    )  # fmt: skip
    return world


def knock(raw: bytes, *, message_id: str = "M-1", receiver: str = PHARMACY) -> script.Message:
    token = link.sign(raw, keys=KEYS, sender="network", receiver=receiver, message_id=message_id, at=NOW)
    return script.decode(erx.knock(raw, token=token, at=NOW))


def code(answer: script.Message) -> str:
    assert isinstance(answer.body, script.Status | script.Error)
    return answer.body.code


def outgoing(kind: str) -> script.Message:
    return script.decode(bytes(Message.objects.get(is_outgoing=True, kind=kind).body))


def test_a_clean_e_prescription_is_received_and_matched_by_itself(world: World) -> None:
    answer = knock(new_rx())

    rx = Prescription.objects.get()
    fill = rx.fills.get()
    assert code(answer) == "010"
    assert answer.header.relates_to == "M-1"
    assert (rx.patient, rx.prescriber, rx.product) == (
        world.cleo,
        world.nair,
        world.packages["lisinopril 10 mg"].product,
    )
    package = world.packages["lisinopril 10 mg"]
    assert (fill.state, fill.quantity, fill.days_supply, fill.package) == ("received", 30, 30, package)
    assert (rx.directions, rx.refills, rx.schedule) == ("Take 1 tablet by mouth every day.", 2, "NONE")
    assert rx.as_received["drug"]["description"] == "Lisinopril 10 MG Oral Tablet"
    assert rx.message == Message.objects.get()
    assert fill.promised_at > NOW


def test_the_same_message_twice_is_one_prescription_and_the_same_answer(world: World) -> None:
    first = knock(new_rx())

    second = knock(new_rx())

    assert first.root == second.root
    assert Prescription.objects.count() == Fill.objects.count() == Message.objects.count() == 1


def test_the_same_number_with_other_content_is_refused_and_kept(world: World) -> None:
    knock(new_rx())

    answer = knock(new_rx(drug={"quantity": "900"}))

    assert isinstance(answer.body, script.Error)
    assert (answer.body.code, answer.body.description_codes) == ("900", ("220",))
    assert Prescription.objects.count() == 1
    assert Message.objects.stuck().count() == 1


def test_two_prescribers_may_number_their_messages_alike(world: World) -> None:
    knock(new_rx())

    answer = knock(new_rx(order_number="ORD-2", prescriber={"erx_id": "7710000000043"}))

    assert code(answer) == "010"
    assert Prescription.objects.count() == 2


@pytest.mark.parametrize(
    ("raw", "where"),
    [
        (b"<Message>", "line 1"),
        (b"not xml at all", "line 1"),
        (b"<Message><Header/><Body/></Message>", "@TransactionVersion"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><Message/>', ""),
        (new_rx(to="9999999"), "/Message/Header/To"),
        (new_rx().replace(b"Take 1 tablet by mouth every day.", b""), "SigText"),
        (new_rx().replace(b"<Value>30</Value>", b""), "Quantity/Value"),
    ]
)  # fmt: skip
def test_what_cannot_be_read_is_answered_with_the_element_and_kept(world: World, raw: bytes, where: str) -> None:
    answer = knock(raw)

    message = Message.objects.get()
    assert isinstance(answer.body, script.Error)
    assert where in answer.body.description
    assert (message.state, bytes(message.body)) == ("unreadable", raw)
    assert message in Message.objects.stuck()
    assert not Prescription.objects.exists()


def test_a_transaction_we_do_not_speak_is_answered_with_4040(world: World) -> None:
    raw = new_rx().replace(b"<NewRx>", b"<Census>").replace(b"</NewRx>", b"</Census>")

    answer = knock(raw)

    assert isinstance(answer.body, script.Error)
    assert answer.body.description_codes == ("4040",)


@pytest.mark.parametrize("change", ["body", "receiver", "old", "secret", "life", "nonsense"])
def test_a_message_that_is_not_signed_for_us_now_is_not_even_kept(world: World, change: str) -> None:
    raw, keys, at, receiver = new_rx(), KEYS, NOW, PHARMACY
    token = link.sign(raw, keys=keys, sender="network", receiver=receiver, message_id="M-1", at=at)
    if change == "body":
        raw = new_rx(drug={"quantity": "60"})
    if change == "receiver":
        token = link.sign(raw, keys=keys, sender="network", receiver="2399992", message_id="M-1", at=at)
    if change == "old":
        token = link.sign(raw, keys=keys, sender="n", receiver=receiver, message_id="M", at=at - timedelta(minutes=5))
    if change == "secret":
        other = link.keys_from("another secret that is long enough, too")
        token = link.sign(raw, keys=other, sender="n", receiver=receiver, message_id="M", at=at)
    if change == "nonsense":
        token = "not.a.token"
    if change == "life":
        at = at + timedelta(minutes=10)

    with pytest.raises(erx.NotSigned):
        erx.knock(raw, token=token, at=at)

    assert not Message.objects.exists()


def test_a_cancellation_stops_what_has_not_been_filled_and_says_so(world: World) -> None:
    knock(new_rx())

    answer = knock(cancel_rx(), message_id="C-1")

    rx = Prescription.objects.get()
    said = outgoing("CancelRxResponse")
    assert code(answer) == "010"
    assert (rx.state, rx.fills.get().state) == ("cancelled", "cancelled")
    assert isinstance(said.body, script.CancelRxResponse)
    assert said.body.response is not None
    assert said.body.response.approved is not None
    assert said.body.response.approved.note == "Cancelled, not dispensed."
    assert (said.header.relates_to, said.header.prescriber_order_number) == ("C-1", "ORD-1")


def test_a_claim_that_is_paid_after_its_order_was_cancelled_is_reversed_and_the_fill_ends(
    world: World, payer: PretendPayer
) -> None:
    plan = payer.join(world)
    knock(new_rx())
    fill = walk(world, Fill.objects.get(), to="in_entry")
    claim = send(world, fill)
    knock(cancel_rx(), message_id="C-1")

    answer(fill)
    cancellations.finish(at=NOW)
    answer(fill)
    cancellations.finish(at=NOW)

    claim.refresh_from_db()
    fill.refresh_from_db()
    assert (claim.state, fill.state, Prescription.objects.get().state) == ("reversed", "cancelled", "cancelled")
    assert [row["state"] for row in payer.book(plan)] == ["reversed"]


def test_the_same_cancellation_twice_is_answered_once(world: World) -> None:
    knock(new_rx())

    knock(cancel_rx())
    knock(cancel_rx())

    assert Message.objects.filter(is_outgoing=True).count() == 1


def test_a_cancellation_that_comes_before_its_order_is_applied_when_the_order_comes(world: World) -> None:
    early = knock(cancel_rx())
    knock(new_rx())

    rx = Prescription.objects.get()
    said = outgoing("CancelRxResponse")
    assert code(early) == "010"
    assert (rx.state, rx.fills.get().state) == ("cancelled", "cancelled")
    assert isinstance(said.body, script.CancelRxResponse)
    assert said.body.response is not None
    assert said.body.response.approved is not None


def test_a_cancellation_whose_order_never_comes_is_answered_after_a_while(world: World) -> None:
    knock(cancel_rx())

    assert cancellations.answer_the_unmatched(at=NOW + timedelta(minutes=14)) == 0
    assert cancellations.answer_the_unmatched(at=NOW + timedelta(minutes=15)) == 1
    assert cancellations.answer_the_unmatched(at=NOW + timedelta(minutes=16)) == 0

    said = outgoing("CancelRxResponse")
    assert isinstance(said.body, script.CancelRxResponse)
    assert said.body.response is not None
    assert said.body.response.denied is not None


def test_an_order_that_comes_after_its_cancellation_was_denied_waits_for_a_pharmacist(world: World) -> None:
    knock(cancel_rx())
    cancellations.answer_the_unmatched(at=NOW + timedelta(minutes=15))

    knock(new_rx())

    fill = Fill.objects.get()
    assert fill.facts(NOW, world.ada).cancel_is_asked
    assert Task.objects.filter(words__contains="after its cancellation").exists()
    assert Message.objects.filter(is_outgoing=True).count() == 1


def test_a_cancellation_that_names_another_person_cancels_nothing(world: World) -> None:
    knock(new_rx())

    knock(cancel_rx(patient={"family": "Okonkwo", "birth_on": "1990-01-01"}))

    said = outgoing("CancelRxResponse")
    assert Prescription.objects.get().state == "received"
    assert isinstance(said.body, script.CancelRxResponse)
    assert said.body.response is not None
    assert said.body.response.denied is not None
    assert Task.objects.filter(kind="cancelled").exists()


def test_after_the_sale_the_prescriber_hears_that_it_was_dispensed(world: World) -> None:
    knock(new_rx(drug={"refills": "0"}))
    rx = Prescription.objects.get()
    walk(world, rx.fills.get(), to="sold")

    knock(cancel_rx())

    said = outgoing("CancelRxResponse")
    assert isinstance(said.body, script.CancelRxResponse)
    assert said.body.response is not None
    assert said.body.response.denied is not None
    assert said.body.response.denied.denial_reason == "Already dispensed on 2026-11-23; nothing is left to cancel."
    assert Task.objects.filter(kind="cancelled", owner_role="pharmacist").exists()


def test_with_refills_left_the_rest_is_cancelled(world: World) -> None:
    knock(new_rx())
    walk(world, Fill.objects.get(), to="sold")

    knock(cancel_rx())

    said = outgoing("CancelRxResponse")
    assert isinstance(said.body, script.CancelRxResponse)
    assert said.body.response is not None
    assert said.body.response.approved is not None
    assert Prescription.objects.get().state == "cancelled"


def test_a_bag_in_will_call_is_blocked_at_once_and_pulling_it_is_a_task(world: World) -> None:
    knock(new_rx())
    walk(world, Fill.objects.get(), to="in_will_call")

    knock(cancel_rx())

    fill = Fill.objects.get()
    assert fill.state == "in_will_call"
    assert fill.facts(NOW, world.hana).cancel_is_asked
    assert Task.objects.filter(kind="pull cancelled", fill=fill).exists()
    fill.record(
        FILL.take("return_to_stock", fill.facts(NOW, world.ada), world.ada.roles), act_id=an_act(), by=world.ada, at=NOW
    )
    assert cancellations.finish(at=NOW + timedelta(hours=1)) == 1
    assert Prescription.objects.get().state == "cancelled"


def test_what_a_dead_process_left_is_taken_up_by_the_sweep(world: World) -> None:
    partner = Partner.objects.get(kind=PartnerKind.ERX)
    message = erx._keep(new_rx(), partner, NOW)

    assert erx.sweep_arrived(at=NOW + timedelta(seconds=10)) == 0
    assert erx.sweep_arrived(at=NOW + timedelta(minutes=1)) == 1

    message.refresh_from_db()
    assert message.state == "read"
    assert Prescription.objects.count() == 1


def test_a_controlled_prescription_without_signature_is_kept_apart(world: World) -> None:
    knock(new_rx(drug=ZOLPIDEM))
    knock(new_rx("M-2", order_number="ORD-2", drug=ZOLPIDEM, is_signed=True), message_id="M-2")

    unsigned, signed = Prescription.objects.order_by("pk")
    assert unsigned.fills.get().facts(NOW, world.ada).signature_is_claimed is False
    assert signed.fills.get().facts(NOW, world.ada).signature_is_claimed is True


def test_an_error_about_a_message_of_ours_becomes_a_task(world: World) -> None:
    knock(new_rx())
    knock(cancel_rx())
    ours = Message.objects.get(is_outgoing=True)
    asked = script.decode(bytes(ours.body))
    header = script.reply_header(asked.header, message_id="E-1", sent_at=NOW, software=asked.header.software)
    raw = script.encode(script.build(header, script.Error(code="601", description="nobody there")))

    assert code(knock(raw, message_id="E-1")) == "010"

    assert Task.objects.filter(kind="message refused").exists()
    assert Event.objects.filter(subject_kind="message", subject_id=ours.pk, verb="hear_error").exists()


def test_an_answer_to_nothing_we_asked_is_refused_and_visible(world: World) -> None:
    header = script.decode(new_rx()).header
    raw = script.encode(script.build(header, script.Verify(status=script.VerifyStatus(code="010"))))

    answer = knock(raw)

    assert isinstance(answer.body, script.Error)
    assert Message.objects.stuck().count() == 1


def test_no_two_prescriptions_get_the_same_number(world: World) -> None:
    for number in range(5):
        knock(new_rx(f"M-{number}", order_number=f"ORD-{number}"))

    assert len(set(Prescription.objects.values_list("rx_number", flat=True))) == 5


def test_a_worker_of_the_program_does_it_and_every_match_has_its_reasons(world: World) -> None:
    knock(new_rx())

    events = Event.objects.filter(subject_kind="prescription").order_by("number")
    assert [event.verb for event in events] == ["receive", "match_patient", "match_prescriber", "match_product"]
    assert {event.worker for event in events} == {world.program}
    assert events[1].details["reasons"]["birth date"] == "agrees"


NEWER = "2023011"


def version_of(message: script.Message) -> str:
    return script.decode_version_text(script.encode(message))


def test_what_comes_in_2023011_is_answered_in_2023011(world: World) -> None:
    answer = knock(new_rx(version_text=NEWER))
    knock(cancel_rx(version_text=NEWER), message_id="C-1")

    assert (code(answer), version_of(answer)) == ("010", NEWER)
    assert version_of(outgoing("CancelRxResponse")) == NEWER


def test_a_refusal_goes_back_in_the_version_that_came(world: World) -> None:
    answer = knock(new_rx(version_text=NEWER).replace(b"<Value>30</Value>", b""))

    assert isinstance(answer.body, script.Error)
    assert version_of(answer) == NEWER


def test_what_comes_in_2017071_or_in_no_version_we_speak_is_answered_in_2017071(world: World) -> None:
    assert version_of(knock(new_rx())) == "20170715"
    assert version_of(knock(b"<Message><Header/><Body/></Message>")) == "20170715"


def test_a_renewal_is_asked_in_the_version_in_which_the_prescription_came(world: World) -> None:
    knock(new_rx(version_text=NEWER))
    fill = walk(world, Fill.objects.get(), to="sold")

    ask_renewal(act_id=an_act(), by=world.ada, at=NOW, prescription_id=fill.prescription_id)

    assert version_of(outgoing("RxRenewalRequest")) == NEWER


@pytest.mark.parametrize(("asked", "sent"), [("", 0), ("0", 0), ("false", 0), ("1", 1), ("Y", 1)])
def test_a_verify_is_sent_where_a_receipt_is_asked_for(world: World, asked: str, sent: int) -> None:
    knock(new_rx(return_receipt=asked))
    knock(new_rx(return_receipt=asked))

    verifies = Message.objects.filter(is_outgoing=True, kind="Verify")
    assert verifies.count() == sent
    if sent:
        verify = outgoing("Verify")
        assert isinstance(verify.body, script.Verify)
        assert verify.body.status is not None
        assert (verify.body.status.code, verify.header.relates_to) == ("010", "M-1")
        assert verify.header.to == script.Endpoint(qualifier="D", identifier="7710000000042")


def test_a_message_that_is_refused_gets_no_verify(world: World) -> None:
    knock(new_rx(return_receipt="1").replace(b"<Value>30</Value>", b""))

    assert not Message.objects.filter(is_outgoing=True).exists()
