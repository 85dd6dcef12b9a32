"""The whole line to the prescribers, over real HTTP both ways, with the network as a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.utils import timezone

from pestle.records.fills import Fill
from pestle.records.handover import Task
from pestle.records.messages import Message
from pestle.records.prescriptions import Prescription
from pestle.stations import outbox, waiting
from pestle.stations.intake import erx as _courier  # noqa: F401 - registers who carries messages to the network
from pestle.stations.intake.prescriber_requests import ask_change, ask_renewal
from pestle.terms.findings import Refused
from tests.orders import order
from tests.prescribers import Prescribers, prescribers, until
from tests.street import walk
from tests.world import World, an_act, make_world

SECRET = "a secret of the tests that is long enough"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def network(
    world: World, tmp_path: Path, live_server: object, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Prescribers]:
    monkeypatch.setenv("TEST_ERX_SECRET", SECRET)
    url: str = live_server.url  # type: ignore[attr-defined]
    with prescribers(tmp_path, pharmacy_url=url, secret=SECRET) as network:
        network.join(world, "TEST_ERX_SECRET")
        yield network


def sweep(minutes: int = 0) -> None:
    outbox.sweep(at=timezone.now() + timedelta(minutes=minutes))


def the_sold_prescription(world: World, **given: object) -> Prescription:
    world.nair.erx_id = "7710000000042"
    world.nair.save()
    return walk(world, world.fill(world.prescribe(**given)), to="sold").prescription


def test_an_order_and_its_cancellation_go_over_the_line_and_back(world: World, network: Prescribers) -> None:
    sent = network.tell(do="new_rx", order=order(), order_number="ORD-1")
    until(network.is_quiet)
    network.tell(do="cancel_rx", order_number="ORD-1")
    until(network.is_quiet)
    sweep()

    rx = Prescription.objects.get()
    assert (rx.patient, rx.state) == (world.cleo, "cancelled")
    assert [line["code"] for line in network.book("sent")] == ["010", "010"]
    heard = network.book("received")
    assert [line["kind"] for line in heard] == ["CancelRxResponse"]
    assert sent["order_number"] in heard[0]["body"]
    assert Message.objects.get(is_outgoing=True).state == "taken"


def test_sent_twice_out_of_order_and_with_garbage_between_nothing_is_doubled(
    world: World, network: Prescribers
) -> None:
    network.tell(do="new_rx", order=order(), order_number="ORD-1", after=0.6)
    network.tell(do="cancel_rx", order_number="ORD-1", times=2)
    network.tell(do="new_rx", order=order(drug={"quantity": "60"}), order_number="ORD-2", times=3)
    network.tell(do="send", body="<Message>no end", times=2)
    until(network.is_quiet)
    sweep()

    states = dict(Prescription.objects.values_list("order_number", "state"))
    assert states == {"ORD-1": "cancelled", "ORD-2": "received"}
    assert Fill.objects.count() == 2
    assert Message.objects.filter(state="unreadable").count() == 1
    assert sorted(line["code"] for line in network.book("sent")) == ["010"] * 6 + ["900"] * 2
    assert len(network.book("received")) == 1


def test_a_renewal_is_asked_approved_and_replaces_the_old_prescription(world: World, network: Prescribers) -> None:
    old = the_sold_prescription(world, refills=2)
    network.tell(do="renewals", **{"with": "approve", "after": 0})

    ask_renewal(act_id=an_act(), by=world.ada, at=timezone.now(), prescription_id=old.pk)
    with pytest.raises(Refused, match="already asked"):
        ask_renewal(act_id=an_act(), by=world.ada, at=timezone.now(), prescription_id=old.pk)
    sweep()
    until(lambda: Prescription.objects.count() == 2 and network.is_quiet())

    old.refresh_from_db()
    new = old.replaced_by
    assert new is not None
    assert (new.patient, new.prescriber, new.product, new.refills) == (old.patient, old.prescriber, old.product, 2)
    assert new.fills.get().state == "received"
    assert Task.objects.get(kind="await prescriber").done_at is not None


@pytest.mark.parametrize(("mood", "replaced"), [("deny", False), ("replace", True), ("changes", True)])
def test_a_renewal_can_be_answered_otherwise(world: World, network: Prescribers, mood: str, replaced: bool) -> None:
    old = the_sold_prescription(world)
    network.tell(do="renewals", **{"with": mood, "after": 0})

    ask_renewal(act_id=an_act(), by=world.ada, at=timezone.now(), prescription_id=old.pk)
    sweep()
    until(lambda: Message.objects.filter(kind="RxRenewalResponse", state="read").exists())

    old.refresh_from_db()
    assert (old.replaced_by is not None) is replaced
    assert Task.objects.filter(kind="prescriber answered").exists() is not replaced


def test_a_change_that_is_granted_stops_the_old_prescription(world: World, network: Prescribers) -> None:
    world.nair.erx_id = "7710000000042"
    world.nair.save()
    fill = walk(world, to="in_entry")
    network.tell(do="changes", **{"with": "approve", "after": 0})

    ask_change(
        act_id=an_act(), by=world.ada, at=timezone.now(), prescription_id=fill.prescription_id, code="OS",
        reason="The 10 mg tablet is out of stock.",
    )  # fmt: skip
    sweep()
    until(lambda: Message.objects.filter(kind="RxChangeResponse", state="read").exists())

    old = Prescription.objects.get(pk=fill.prescription_id)
    assert old.replaced_by is not None
    assert (old.state, old.fills.get().state) == ("cancelled", "cancelled")


def test_a_change_that_is_denied_wakes_what_was_held_for_it(world: World, network: Prescribers) -> None:
    world.nair.erx_id = "7710000000042"
    world.nair.save()
    fill, asked_at = walk(world, to="in_entry"), timezone.now()
    waiting.hold(
        act_id=an_act(), by=world.ben, at=asked_at, fill_id=fill.pk, reason="prescriber",
        wakes_at=asked_at + timedelta(days=3), owner_role="technician",
    )  # fmt: skip
    network.tell(do="changes", **{"with": "deny", "after": 0})

    ask_change(
        act_id=an_act(), by=world.ben, at=asked_at, prescription_id=fill.prescription_id, code="OS",
        reason="The 10 mg tablet is out of stock.",
    )  # fmt: skip
    sweep()
    until(lambda: Message.objects.filter(kind="RxChangeResponse", state="read").exists())
    woken = waiting.wake(at=timezone.now())

    fill.refresh_from_db()
    assert (woken, fill.state, fill.wakes_at) == (1, "in_entry", None)
    told = Task.objects.get(kind="prescriber answered")
    assert told.words.startswith(f"The prescriber denied the change of Rx {fill.prescription.rx_number}")
    assert (told.fill, told.done_at, told.owner_role) == (fill, None, "technician")
    assert Task.objects.get(kind="await prescriber").done_at is not None


@pytest.mark.parametrize(
    ("how", "state", "at_last"),
    [
        ("silent", "failing", "taken"), ("error", "failing", "taken"), ("garbage", "failing", "taken"),
        ("stray", "failing", "taken"), ("busy", "failing", "taken"), ("refuse", "given_up", "given_up"),
    ],
)  # fmt: skip
def test_no_answer_is_tried_again_and_a_no_waits_for_a_person(
    world: World, network: Prescribers, how: str, state: str, at_last: str
) -> None:
    network.tell(do="new_rx", order=order(), order_number="ORD-1")
    until(network.is_quiet)
    network.tell(do="cancel_rx", order_number="ORD-1")
    until(network.is_quiet)
    network.tell(do="fail", how=how, seconds=3)

    sweep()
    first = Message.objects.get(is_outgoing=True)
    sweep(minutes=30)

    assert first.state == state
    assert first.last_error
    assert Message.objects.get(is_outgoing=True).state == at_last


def test_what_is_not_signed_gets_no_further_on_either_side(world: World, network: Prescribers) -> None:
    network.tell(do="new_rx", order=order(), order_number="ORD-1")
    until(network.is_quiet)
    network.tell(do="cancel_rx", order_number="ORD-1")
    until(network.is_quiet)
    with pytest.MonkeyPatch.context() as other:
        other.setenv("TEST_ERX_SECRET", "quite another secret, long enough as well")
        sweep()
        network.tell(do="new_rx", order=order(), order_number="ORD-2", message_id="M-2")
        until(lambda: bool(network.book("no answer")))

    assert network.book("not signed")
    assert Message.objects.get(is_outgoing=True).state == "failing"
    assert Prescription.objects.count() == 1
    until(network.is_quiet)
    assert Prescription.objects.count() == 2


def test_ed25519_keys_serve_as_well_as_a_shared_secret(
    world: World, tmp_path: Path, live_server: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    kept = tmp_path / "ours.pem"
    kept.write_text(pem_pair(ours, theirs))
    monkeypatch.setenv("TEST_ERX_KEYS_FILE", str(kept))
    url: str = live_server.url  # type: ignore[attr-defined]

    with prescribers(tmp_path, pharmacy_url=url, secret=pem_pair(theirs, ours)) as network:
        network.join(world, "TEST_ERX_KEYS")
        network.tell(do="new_rx", order=order(), order_number="ORD-1")
        until(network.is_quiet)
        network.tell(do="cancel_rx", order_number="ORD-1")
        until(network.is_quiet)
        sweep()

        assert [line["kind"] for line in network.book("received")] == ["CancelRxResponse"]
    assert Prescription.objects.get().state == "cancelled"


def pem_pair(mine: Ed25519PrivateKey, theirs: Ed25519PrivateKey) -> str:
    private = mine.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = theirs.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return private + public


def test_the_network_knows_no_django() -> None:
    program = "import sys, pestle.links.pretend.prescribers; print([name for name in sys.modules if 'django' in name])"

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"
