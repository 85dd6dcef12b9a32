"""Two people do the same act on the same piece of work at the same instant: one is done, the other is told plainly."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import connection

from pestle.records.people import Worker
from pestle.terms.findings import Refused

if TYPE_CHECKING:
    from pestle.demo.day.desk import Desk

# Acts after which the work has moved on, so that only one of two can be the one who did it; and who may do them.
CONTESTED = {
    "drop_off.begin_entry": ("Dana", "Eli", "Isa"),
    "data_entry.finish_entry": ("Dana", "Eli", "Isa"),
    "data_entry.cancel_fill": ("Ada", "Gil", "Joy"),
    "verification.approve": ("Priya", "Ben"),
    "verification.verify": ("Priya", "Ben"),
    "will_call.bag": ("Ada", "Gil", "Joy"),
    "will_call.shelve": ("Ada", "Gil", "Joy"),
    "pickup.sell": ("Hana", "Dana", "Isa"),
    "returns.return_to_stock": ("Isa", "Gil", "Ada"),
}


def rival_for(desk: "Desk", name: str, by: Worker) -> Worker | None:
    """This will give a second person for an act, so many times of a hundred; most often nobody."""
    people = [each for each in CONTESTED.get(name, ()) if each != by.given]
    if not people or not desk.at_once or not desk.chance(desk.at_once, f"at once {name}"):
        return None
    return desk.workers[people[desk.dice.number("rival", name, by.given) % len(people)]]


def both(desk: "Desk", name: str, mine: Callable[[], Any], theirs: Callable[[], Any]) -> Any:
    """This will let two people act at the same instant and give the answer of the one who was faster.

    Raises the first one's refusal where both were refused; two that were both done are a fault of the program.
    """
    together = threading.Barrier(2)
    done: dict[str, Any] = {}
    refused: dict[str, Refused] = {}

    def act(who: str, once: Callable[[], Any]) -> None:
        together.wait()
        try:
            done[who] = desk.until_answered(once)
        except Refused as refusal:
            refused[who] = refusal

    def other() -> None:
        try:
            act("theirs", theirs)
        except Exception:
            desk.note_fault(f"{name}, the second of two at once")
        finally:
            connection.close()

    beside = threading.Thread(target=other, daemon=True)
    beside.start()
    act("mine", mine)
    beside.join()
    desk.meet("two at once")
    if len(done) == 2:
        desk.faults.append(f"{name} was done by two people at once")
    if not done and "mine" in refused:
        raise refused["mine"]
    return done["mine"] if "mine" in done else done.get("theirs")
