"""The pretend network is killed and started again with its own book: it goes on, and says nothing anew."""

from functools import partial
from pathlib import Path

import pytest
from django.utils import timezone

from pestle.records.fills import Fill
from pestle.records.messages import Message
from pestle.records.prescriptions import Prescription
from pestle.stations import outbox
from pestle.stations.intake import erx as _courier
from tests.orders import order
from tests.prescribers import prescribers, until
from tests.world import World, make_world

SECRET = "a secret of the tests that is long enough"
NOBODY_LISTENS = "http://127.0.0.1:9"
AT_ONCE = {"do": "new_rx", "order": order(), "order_number": "ORD-1"}
TWICE = {"do": "new_rx", "order": order(drug={"quantity": "60"}), "order_number": "ORD-2", "times": 2}
LATER = {"do": "new_rx", "order": order(drug={"quantity": "90"}), "order_number": "ORD-3", "after": 600}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("TEST_ERX_SECRET", SECRET)
    return make_world()


@pytest.fixture
def url(live_server: object) -> str:
    return live_server.url  # type: ignore[attr-defined, no-any-return]


def test_started_again_it_sends_nothing_twice_and_keeps_what_is_due_later(
    world: World, url: str, tmp_path: Path
) -> None:
    start = partial(prescribers, tmp_path, pharmacy_url=url, secret=SECRET, setup=(AT_ONCE, TWICE, LATER))
    with start() as network:
        network.join(world, "TEST_ERX_SECRET")
        until(lambda: len(network.book("sent")) == 3)

    with start() as network:
        network.tell(do="new_rx", order=order(drug={"quantity": "7"}), order_number="ORD-4")
        until(lambda: len(network.book("sent")) == 4)

        assert network.tell(do="waiting")["waiting"] == 1
    assert sorted(Prescription.objects.values_list("order_number", flat=True)) == ["ORD-1", "ORD-2", "ORD-4"]
    assert not Message.objects.filter(state="unreadable").exists()


def test_what_was_on_its_way_when_it_died_arrives_in_the_bytes_that_were_written_first(
    world: World, url: str, tmp_path: Path
) -> None:
    with prescribers(tmp_path, pharmacy_url=NOBODY_LISTENS, secret=SECRET, setup=(AT_ONCE,)) as network:
        until(lambda: bool(network.book("no answer")))
    written = network.book("queued")[0]["body"]

    with prescribers(tmp_path, pharmacy_url=url, secret=SECRET, setup=(AT_ONCE,)) as network:
        network.join(world, "TEST_ERX_SECRET")
        until(network.is_quiet)

    assert bytes(Message.objects.get().body) == written.encode()


def test_an_order_told_again_after_a_restart_is_the_same_message_and_can_still_be_cancelled(
    world: World, url: str, tmp_path: Path
) -> None:
    with prescribers(tmp_path, pharmacy_url=url, secret=SECRET, setup=(AT_ONCE,)) as network:
        network.join(world, "TEST_ERX_SECRET")
        until(network.is_quiet)

    with prescribers(tmp_path, pharmacy_url=url, secret=SECRET) as network:
        network.tell(**AT_ONCE)
        until(network.is_quiet)
        network.tell(do="cancel_rx", order_number="ORD-1")
        until(network.is_quiet)

    first, again, _ = (line["body"] for line in network.book("sent"))
    assert first == again
    assert Fill.objects.get().state == "cancelled"
    assert sorted(Message.objects.filter(is_outgoing=False).values_list("state", flat=True)) == ["read", "read"]


def test_a_line_that_was_half_written_is_forgotten_and_the_order_is_not(world: World, url: str, tmp_path: Path) -> None:
    with prescribers(tmp_path, pharmacy_url=url, secret=SECRET, setup=(AT_ONCE,)) as network:
        network.join(world, "TEST_ERX_SECRET")
        until(network.is_quiet)
    with network.book_file.open("a") as book:
        book.write('{"what": "que')

    with prescribers(tmp_path, pharmacy_url=url, secret=SECRET, setup=(AT_ONCE,)) as network:
        network.tell(**AT_ONCE)
        until(network.is_quiet)

    assert Message.objects.get(is_outgoing=False).state == "read"
    assert len(network.book("sent")) == 2


def test_a_request_that_was_answered_before_the_restart_gets_the_same_answer(
    world: World, url: str, tmp_path: Path
) -> None:
    with prescribers(tmp_path, pharmacy_url=url, secret=SECRET, setup=(AT_ONCE,)) as network:
        partner = network.join(world, "TEST_ERX_SECRET")
        until(network.is_quiet)
        network.tell(do="cancel_rx", order_number="ORD-1")
        until(network.is_quiet)
        outbox.sweep(at=timezone.now())
    reply = Message.objects.get(is_outgoing=True)

    with prescribers(tmp_path, pharmacy_url=url, secret=SECRET) as network:
        partner.port = network.port
        partner.save()
        again = _courier.carry(partner, reply)

    assert again == bytes(reply.answer or b"")
    assert [line.get("again", False) for line in network.book("received")] == [False, True]
