"""Printing through the outbox to a printer that is a program of its own."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from pestle.flows.message import MessageState
from pestle.links.failures import NoAnswer
from pestle.links.printer import Printer, send
from pestle.records.messages import Message
from pestle.records.pharmacies import Bench, Partner, PartnerKind
from pestle.stations import outbox
from pestle.stations.bench import filling, printing
from pestle.stations.scanning import label_code
from pestle.terms.findings import Refused
from pestle.wire import zpl
from tests.stations.bench import act, bottle, in_hand, queued, the_lot
from tests.world import World, an_act, make_world

HELLO = zpl.encode((zpl.Label(width=200, height=100, fields=(zpl.Text(x=5, y=5, height=20, text="Hello"),)),))


@dataclass
class Program:
    """The pretend printer, running."""

    port: int
    control: int
    folder: Path
    running: subprocess.Popen[str]

    def tell(self, **command: Any) -> dict[str, Any]:
        with socket.create_connection(("127.0.0.1", self.control), timeout=5) as line:
            line.sendall(json.dumps(command).encode() + b"\n")
            told: dict[str, Any] = json.loads(line.makefile().readline())
            return told

    def unplug(self) -> None:
        self.running.terminate()
        self.running.wait(timeout=10)


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[Program]:
    words = [sys.executable, "-m", "pestle.links.pretend.printer", "--port", "0", "--folder", str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        ports = json.loads(running.stdout.readline())
        yield Program(ports["port"], ports["control"], tmp_path, running)
        running.terminate()


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def bench_with(world: World, port: int) -> Bench:
    partner = Partner.objects.create(
        pharmacy=world.pharmacy, kind=PartnerKind.PRINTER, name="Filling 1", host="127.0.0.1", port=port,
        seconds_to_answer=5,
    )  # fmt: skip
    return Bench.objects.create(pharmacy=world.pharmacy, name="Filling 1", station="filling", printer=partner)


def test_a_label_is_printed_and_kept(printer: Program) -> None:
    said = send(Printer(host="127.0.0.1", port=printer.port), HELLO)

    assert b"ERRORS:         0" in said
    assert [each["words"] for each in printer.tell(do="labels")["labels"]] == [["Hello"]]
    assert (printer.folder / "000001.zpl").read_bytes() == HELLO


def test_a_printer_without_paper_prints_nothing_and_says_so(printer: Program) -> None:
    printer.tell(do="paper", out=True)

    with pytest.raises(NoAnswer, match="out of labels"):
        send(Printer(host="127.0.0.1", port=printer.port), HELLO)
    assert printer.tell(do="labels")["labels"] == []
    printer.tell(do="paper", out=False)
    send(Printer(host="127.0.0.1", port=printer.port), HELLO)


def test_a_silent_or_unplugged_printer_is_no_answer(printer: Program) -> None:
    printer.tell(do="silent", times=1)

    with pytest.raises(NoAnswer, match="said nothing"):
        send(Printer(host="127.0.0.1", port=printer.port, seconds_to_answer=0.2, seconds_to_connect=0.2), HELLO)
    printer.unplug()
    with pytest.raises(NoAnswer, match="not reached"):
        send(Printer(host="127.0.0.1", port=printer.port), HELLO)


def test_what_is_no_label_ends_the_line(printer: Program) -> None:
    with pytest.raises(NoAnswer):
        send(Printer(host="127.0.0.1", port=printer.port, seconds_to_answer=5), b"hello, printer")
    assert printer.tell(do="ping") == {"ok": True}


def test_a_fills_label_goes_to_the_printer_of_its_bench(world: World, printer: Program) -> None:
    fill, bench = queued(world), bench_with(world, printer.port)

    fill = printing.print_label(**act(world), fill_id=fill.pk, bench_id=bench.pk)
    outbox.sweep(at=world.now)

    (label,) = printer.tell(do="labels")["labels"]
    assert label_code(fill) in label["codes"]
    assert "Cleo Marchetti" in label["words"]
    assert label["mark"] == ""
    assert printing.waiting_to_print(fill) is None


def test_a_label_whose_try_died_with_its_process_is_tried_again_once_the_printer_must_have_answered(
    world: World, printer: Program
) -> None:
    fill, bench = queued(world), bench_with(world, printer.port)
    printing.print_label(**act(world), fill_id=fill.pk, bench_id=bench.pk)
    message = Message.objects.get(subject_kind="fill", subject_id=fill.pk)
    # A process wrote down that it tries, and died.
    taken = message.MACHINE.take("try", message.facts(world.now), world.program.roles)
    message.record(taken, act_id=an_act(), by=world.program, at=world.now)

    outbox.sweep(at=world.now + timedelta(seconds=19))
    message.refresh_from_db()
    assert message.state == MessageState.SENDING
    outbox.sweep(at=world.now + timedelta(seconds=21))
    outbox.sweep(at=world.now + timedelta(seconds=31))

    message.refresh_from_db()
    assert message.state == MessageState.TAKEN
    assert [each["mark"] for each in printer.tell(do="labels")["labels"]] == ["REPRINT"]


def test_a_label_that_may_lie_in_the_tray_already_is_marked_when_it_is_printed_again(
    world: World, printer: Program
) -> None:
    fill, bench = queued(world), bench_with(world, printer.port)
    Partner.objects.filter(pk=bench.printer_id).update(seconds_to_answer=1)
    printer.tell(do="silent", times=1)
    printing.print_label(**act(world), fill_id=fill.pk, bench_id=bench.pk)

    outbox.sweep(at=world.now)
    outbox.sweep(at=world.now + timedelta(seconds=10))

    first, second = printer.tell(do="labels")["labels"]
    assert (first["mark"], second["mark"]) == ("", "REPRINT")
    assert first["words"] == [each for each in second["words"] if each != "REPRINT"]


def test_a_label_its_printer_never_got_is_not_marked(world: World, printer: Program) -> None:
    fill, bench = queued(world), bench_with(world, 1)
    printing.print_label(**act(world), fill_id=fill.pk, bench_id=bench.pk)

    outbox.sweep(at=world.now)
    Partner.objects.filter(pk=bench.printer_id).update(port=printer.port)
    outbox.sweep(at=world.now + timedelta(seconds=10))

    assert [each["mark"] for each in printer.tell(do="labels")["labels"]] == [""]


def test_a_label_is_brought_to_its_printer_by_one_job(world: World, printer: Program) -> None:
    fill, bench = queued(world), bench_with(world, printer.port)

    printing.print_label(**act(world), fill_id=fill.pk, bench_id=bench.pk)

    (message,) = Message.objects.filter(subject_kind="fill", subject_id=fill.pk)
    assert ProcrastinateJob.objects.filter(task_name="deliver", args={"message_id": message.pk}).count() == 1


def test_a_second_label_needs_a_reason_and_is_marked(world: World, printer: Program) -> None:
    fill, bench = queued(world), bench_with(world, printer.port)
    printing.print_label(**act(world), fill_id=fill.pk, bench_id=bench.pk)

    with pytest.raises(Refused, match="printed before"):
        printing.print_label(**act(world), fill_id=fill.pk, bench_id=bench.pk)
    printing.print_label(**act(world), fill_id=fill.pk, bench_id=bench.pk, reason="smudged")
    outbox.sweep(at=world.now)

    assert [each["mark"] for each in printer.tell(do="labels")["labels"]] == ["", "REPRINT"]
    assert fill.events().get(verb="label_reprinted").details["reason"] == "smudged"


def test_a_dead_printer_leaves_the_label_waiting_and_the_pdf_open(world: World, printer: Program) -> None:
    fill, bench = queued(world), bench_with(world, printer.port)
    printer.unplug()

    fill = printing.print_label(**act(world), fill_id=fill.pk, bench_id=bench.pk)
    outbox.sweep(at=world.now)

    waiting = printing.waiting_to_print(fill)
    assert waiting is not None
    assert (waiting.state, waiting.next_try_at) == (MessageState.FAILING, world.now + timedelta(seconds=5))
    assert "not reached" in waiting.last_error
    assert printing.label_as_pdf(fill, world.now).startswith(b"%PDF")


def test_a_double_click_prints_once(world: World) -> None:
    fill, same = queued(world), act(world)
    bench = bench_with(world, 9)

    for _ in range(2):
        printing.print_label(**same, fill_id=fill.pk, bench_id=bench.pk)

    assert Message.objects.filter(kind=printing.LABEL).count() == 1


def test_without_a_printer_the_label_is_noted_and_opened_as_a_page(world: World) -> None:
    fill = printing.print_label(**act(world), fill_id=queued(world).pk)

    assert fill.label_printed_at == world.now
    assert not Message.objects.exists()


@pytest.mark.parametrize("name", ["</b><para>" * 5, "W" * 60])
def test_a_name_that_fits_on_no_ticket_is_said_so(world: World, name: str) -> None:
    fill = queued(world)
    world.cleo.family = name
    world.cleo.save()

    with pytest.raises(Refused, match="cannot be printed whole"):
        printing.ticket_as_pdf(filling.load(fill.pk, world.ada))


def test_what_is_not_on_the_bench_gets_no_label(world: World) -> None:
    with pytest.raises(Refused, match="nothing to put a label on"):
        printing.print_label(**act(world), fill_id=world.fill().pk)
    with pytest.raises(Refused, match="Labels are printed by"):
        printing.print_label(**act(world, world.hana), fill_id=queued(world).pk)


def test_taking_a_fill_prints_the_ticket_that_filling_begins_with(world: World, printer: Program) -> None:
    fill, bench = queued(world), bench_with(world, printer.port)

    taken = filling.take_next(**act(world), bench_id=bench.pk)
    outbox.sweep(at=world.now)

    (label,) = printer.tell(do="labels")["labels"]
    assert taken == fill
    assert label["codes"] == [label_code(fill)]
    assert "Lisinopril 10 mg tablet" in label["words"]
    assert filling.scan_label(**act(world), fill_id=fill.pk, text=label["codes"][0]).label_scan_at == world.now


def test_finishing_prints_the_label_of_the_vial(world: World, printer: Program) -> None:
    bench = bench_with(world, printer.port)
    fill = in_hand(world, queued(world))
    filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(the_lot(world)))

    filling.finish(**act(world), fill_id=fill.pk, counted=Decimal(30), bench_id=bench.pk)
    outbox.sweep(at=world.now)

    printed = printer.tell(do="labels")["labels"][-1]
    assert "Use before Nov 23, 2027" in printed["words"]
    assert printed["mark"] == ""
