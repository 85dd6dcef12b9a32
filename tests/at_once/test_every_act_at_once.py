"""The same act by two at the same instant: one success and one plain answer, never a fault, nothing written twice."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db.models import UniqueConstraint

import pestle.stations.jobs  # noqa: F401 - every station is imported by it or by the pages
from pestle.config.urls import urlpatterns
from pestle.stations.acts import ACTS
from pestle.stations.refinement import SENTENCES
from tests.at_once.scenes import BOTH_MAY, SCENES, WRITTEN_ONCE, with_somebody_new
from tests.at_once.two_at_once import Rows, added, one, rows, two
from tests.payer import PretendPayer
from tests.world import World, an_act, make_world

PARTS = ("aside", "bench", "counter", "counting", "entry", "handover", "intake", "payers", "rejects", "supplies")
assert urlpatterns
for part in PARTS:
    import_module(f"tests.at_once.{part}")

# Rows of these are written by acts of people; reference lists are loaded by one program at a time.
SHARED = {"pharmacy", "patient", "fill", "prescription", "order", "delivery", "sale", "account"}
# Written by statements that expect the other one.
BY_ITSELF = {"balance_once", "lot_once", "seal_numbered_once"}
# Acts without a scene yet; the list may only become shorter.
NOT_YET: frozenset[str] = frozenset()


def test_every_act_has_its_scene() -> None:
    ours = {name for name, act in ACTS.items() if act.__module__.startswith("pestle.")}
    assert ours - set(SCENES) == NOT_YET
    assert set(SCENES) <= set(ACTS)


def test_whatever_two_may_both_write_is_refused_in_a_sentence() -> None:
    rows = [
        (model, each)
        for model in apps.get_app_config("records").get_models()
        for each in model._meta.constraints
        if isinstance(each, UniqueConstraint)
    ]
    ours = {each.name for model, each in rows if SHARED & {field.name for field in model._meta.fields}}

    assert ours - set(SENTENCES) - BY_ITSELF == set()


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


def twice_asked(by_one: Rows) -> Rows:
    """What two acts write of which the second finds everything done: each of them stands in the list of acts."""
    return by_one | {"records_act": 2}


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
    if one(act, an_act(), given).is_done and name not in BOTH_MAY:
        said.append("done again afterwards it was done again")

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
    elif len(done) == 2 and name in WRITTEN_ONCE and added(before, rows()) != twice_asked(by_one):
        said.append(f"both were answered, and it wrote {added(before, rows())} in place of {twice_asked(by_one)}")
    elif len(done) == 1 and added(before, rows()) != by_one:
        said.append(f"by two it wrote {added(before, rows())} in place of {by_one}")
    return said
