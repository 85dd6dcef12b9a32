"""Every row of every table, allowed and refused, and what the machine itself promises."""

from dataclasses import replace
from typing import Any

import pytest

from pestle.flows.claim import CLAIM
from pestle.flows.delivery import DELIVERY
from pestle.flows.fill import FILL
from pestle.flows.machine import RETURN, STAY, Machine, Step
from pestle.flows.message import MESSAGE
from pestle.flows.notice import NOTICE
from pestle.flows.order import ORDER
from pestle.flows.prescription import PRESCRIPTION
from pestle.flows.recall import RECALL
from pestle.flows.returns import RETURNS
from pestle.flows.suspect import SUSPECT
from pestle.rules.rule import rule
from pestle.terms.findings import Refused
from pestle.terms.roles import PHARMACISTS, Role
from tests.pure.good_facts import (
    ADMINISTRATIVE,
    CERTIFIED,
    GOOD_CLAIM,
    GOOD_DELIVERY,
    GOOD_FILL,
    GOOD_MESSAGE,
    GOOD_NOTICE,
    GOOD_ORDER,
    GOOD_PRESCRIPTION,
    GOOD_RECALL,
    GOOD_RETURN,
    GOOD_SUSPECT,
)

GOOD: dict[str, Any] = {
    "fill": GOOD_FILL, "prescription": GOOD_PRESCRIPTION, "claim": GOOD_CLAIM, "message": GOOD_MESSAGE,
    "notice": GOOD_NOTICE,
    "order": GOOD_ORDER, "delivery": GOOD_DELIVERY, "recall": GOOD_RECALL, "return": GOOD_RETURN,
    "suspect": GOOD_SUSPECT,
}  # fmt: skip
EVERY_TABLE = (FILL, PRESCRIPTION, CLAIM, MESSAGE, NOTICE, ORDER, DELIVERY, RECALL, RETURNS, SUSPECT)
ROWS = [
    pytest.param(machine, step, source, id=f"{machine.name}-{step.verb}-from-{source or 'new'}")
    for machine in EVERY_TABLE
    for step in machine.steps
    for source in step.sources
]
EVERYBODY = frozenset(Role)


# What only a fill that went on unbilled may do where it stands: in the other facts it would be wrong.
SETTLES_A_PROMISE = frozenset({"charge_cash", "resend", "take_back"})


def good(machine: Machine[Any], source: str, roles: frozenset[Role], *, verb: str = "") -> Any:
    facts = replace(GOOD[machine.name], state=source, held_from="queued")
    if machine is FILL and verb in SETTLES_A_PROMISE:
        facts = replace(facts, is_unbilled_promise=True, rejects=(ADMINISTRATIVE,))
    return facts if machine is MESSAGE else replace(facts, roles=roles)


@pytest.mark.parametrize(("machine", "step", "source"), ROWS)
def test_each_row_is_allowed_to_everyone_it_names_when_nothing_is_wrong(
    machine: Machine[Any], step: Step[Any], source: str
) -> None:
    for role in step.who:
        taken = machine.take(step.verb, good(machine, source, CERTIFIED | {role}, verb=step.verb), frozenset({role}))
        assert taken.target == {RETURN: "queued", STAY: source}.get(step.target, step.target)
        assert taken.moves == step.moves


@pytest.mark.parametrize(("machine", "step", "source"), ROWS)
def test_each_row_is_refused_to_everyone_it_does_not_name(machine: Machine[Any], step: Step[Any], source: str) -> None:
    others = EVERYBODY - step.who
    with pytest.raises(Refused) as refusal:
        machine.take(step.verb, good(machine, source, others), others)

    (finding,) = refusal.value.findings
    assert finding.rule == "who_may"
    assert finding.lifted_by == step.who


@pytest.mark.parametrize("machine", EVERY_TABLE, ids=lambda machine: machine.name)
def test_a_move_that_is_not_in_the_table_cannot_happen(machine: Machine[Any]) -> None:
    rows = {(step.verb, source) for step in machine.steps for source in step.sources}
    verbs = {step.verb for step in machine.steps}
    missing = [(verb, state) for verb in verbs for state in machine.states if (verb, state) not in rows]

    assert missing
    for verb, state in missing:
        with pytest.raises(Refused, match="not a step from here"):
            machine.take(verb, good(machine, state, EVERYBODY), EVERYBODY)


@pytest.mark.parametrize("machine", EVERY_TABLE, ids=lambda machine: machine.name)
def test_no_verb_leads_two_ways_from_one_state(machine: Machine[Any]) -> None:
    rows = [(step.verb, source) for step in machine.steps for source in step.sources]

    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("machine", EVERY_TABLE, ids=lambda machine: machine.name)
def test_every_state_that_is_not_final_has_a_way_on_for_a_person_or_the_program(machine: Machine[Any]) -> None:
    leaving = {source for step in machine.steps for source in step.sources}

    assert set(machine.open_states) <= leaving
    assert machine.waits <= set(machine.open_states)


def test_the_pharmacists_steps_are_open_to_no_technician() -> None:
    judging = {"approve", "verify", "refuse", "send_back_to_entry", "send_back_to_filling", "replace", "give_up"}

    for step in FILL.steps:
        if step.verb in judging:
            assert step.who == PHARMACISTS, step.verb


@rule(cites="a test", lifted_by=PHARMACISTS)
def nothing_is_right(fill: object) -> str | None:
    """Nothing is ever right here."""
    return "No."


TRY: Machine[Any] = Machine(
    "trial",
    (Step("go", ("here",), "there", PHARMACISTS | {Role.TECHNICIAN}, (nothing_is_right,)),),
    frozenset({"there"}),
)
HERE = replace(GOOD_FILL, state="here")


def test_a_finding_is_lifted_by_who_may_with_a_reason_which_is_kept() -> None:
    taken = TRY.take("go", HERE, frozenset({Role.PHARMACIST}), because={"nothing_is_right": "Spoke to Dr. Nair."})

    assert [(each.finding.rule, each.because) for each in taken.lifted] == [("nothing_is_right", "Spoke to Dr. Nair.")]


@pytest.mark.parametrize(
    ("role", "because"),
    [
        (Role.TECHNICIAN, {"nothing_is_right": "I say so."}),
        (Role.PHARMACIST, {"nothing_is_right": "  "}),
        (Role.PHARMACIST, {"another_rule": "Because."}),
        (Role.PHARMACIST, {}),
    ],
)
def test_a_finding_is_not_lifted_by_another_or_without_a_reason(role: Role, because: dict[str, str]) -> None:
    with pytest.raises(Refused, match=r"No\."):
        TRY.take("go", HERE, frozenset({role}), because=because)


def test_a_shut_way_keeps_its_place_and_says_why() -> None:
    (way,) = TRY.steps_open_to(HERE, frozenset({Role.TECHNICIAN}))

    assert not way.is_open
    assert [finding.sentence for finding in way.findings] == ["No."]
