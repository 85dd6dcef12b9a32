"""The same act by two at the same instant: one success and one plain answer, never a fault, nothing written twice."""

from importlib import import_module
from typing import Any

import pytest

import pestle.stations.jobs  # noqa: F401 - every station is imported by it or by the pages
from pestle.config.urls import urlpatterns
from pestle.stations.acts import ACTS
from tests.at_once.scenes import BOTH_MAY, SCENES, with_somebody_new
from tests.at_once.two_at_once import added, one, rows, two
from tests.payer import PretendPayer
from tests.world import World, an_act, make_world

PARTS = ("bench", "entry", "handover", "intake", "payers")
assert urlpatterns
for part in PARTS:
    import_module(f"tests.at_once.{part}")

# Acts without a scene yet; the list may only become shorter.
NOT_YET = frozenset({
    "calculator.calculate_again", "cancellations._finish_one", "cancellations._say_not_here",
    "claim_cards.change_payer_order", "claim_changes.change_and_rebill", "claim_changes.reverse_by_hand",
    "claim_changes.take_back", "claim_changes.try_reversal_again", "claim_prescriber.ask_prescriber",
    "claim_sets.take_new_card", "claims.ask_authorization", "claims.bill_next_plan",
    "claims.go_on_with_what_is_paid", "claims.hold_until_payer_date", "claims.prepare_dur", "claims.resend",
    "compounds.drop_ingredient", "compounds.set_ingredient",
    "counter.take_in", "data_entry.accept_directions", "drop_off.receive_at_counter", "duplicates.answer",
    "filling.use_other_maker", "filling_extras.set_leaflet", "filling_waits.lapse", "mapped_codes.approve_code",
    "mapped_codes.propose_code", "mapped_codes.retire_code", "new_people.add_coverage",
    "notices.acknowledge", "notices.answer", "notices.call_pharmacist", "notices.leave_note", "notices.withdraw",
    "ordering.change_line", "ordering.close_short", "ordering.discard", "ordering.draft", "ordering.send",
    "outbox.send_again", "outbox.set_aside", "package_figures.check_figure", "package_figures.say_figure",
    "patients.end_condition",
    "practice.answer", "prescriber_answers._write", "prescriber_requests.ask_change", "questions.ask_prescriber",
    "questions.keep_question", "receiving.close", "receiving.never_came", "receiving.open_delivery",
    "receiving.open_unannounced", "receiving.put_away", "receiving.set_apart", "receiving.take_back",
    "receiving.take_in", "returns.complete", "returns.telephone", "touring.begin", "touring.let_ben",
    "waiting.end_prescription",
})  # fmt: skip


def test_every_act_has_its_scene() -> None:
    ours = {name for name, act in ACTS.items() if act.__module__.startswith("pestle.")}
    assert ours - set(SCENES) == NOT_YET
    assert set(SCENES) <= set(ACTS)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("part", range(4))
def test_an_act_by_two_at_once_is_done_once(part: int, payer: PretendPayer) -> None:
    world = make_world()
    payer.join(world)
    wrong: list[str] = []

    for name in sorted(SCENES)[part::4]:
        try:
            wrong += [f"{name}: {said}" for said in _tried(world, name)]
        except Exception as fault:
            wrong.append(f"{name}: its scene cannot be set: {type(fault).__name__}: {fault}")

    assert not wrong, "\n".join(wrong)


def _tried(world: World, name: str) -> list[str]:
    act, scene = ACTS[name], SCENES[name]
    said: list[str] = []

    def told() -> dict[str, Any]:
        by, given = scene(with_somebody_new(world))
        return {"by": by, "at": world.now, **given}

    given, before = told(), rows()
    alone = one(act, an_act(), given)
    by_one = added(before, rows())
    if not alone.is_done:
        return [f"alone it came to {alone}"]

    given, before = told(), rows()
    first, second = two(act, given, is_same=True)
    if not (first.is_done and second.is_done) or first.row != second.row:
        said.append(f"sent twice it came to {first} and {second}")
    if added(before, rows()) != by_one:
        said.append(f"sent twice it wrote {added(before, rows())} in place of {by_one}")

    given, before = told(), rows()
    came = two(act, given, is_same=False)
    done = [each for each in came if each.is_done]
    if any(each.fault for each in came) or not done:
        said.append(f"by two it came to {came[0]} and {came[1]}")
    elif len(done) == 2 and name not in BOTH_MAY:
        said.append("both were done")
    elif len(done) == 1 and added(before, rows()) != by_one:
        said.append(f"by two it wrote {added(before, rows())} in place of {by_one}")
    return said
