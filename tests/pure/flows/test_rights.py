"""Rights are read from the tables of steps and from nowhere else."""

import pytest

from pestle.flows.machine import NEW, Machine, Step
from pestle.flows.rights import MACHINES, rights
from pestle.terms.roles import BENCH, PHARMACISTS, PROGRAM, Role

TABLE: Machine = Machine(
    "trial",
    (
        Step("start", (NEW,), "started", BENCH),
        Step("check", ("started",), "checked", PHARMACISTS, title="Check it"),
        Step("lapse", ("started",), "gone", PROGRAM),
        Step("hold", ("started",), "held", BENCH | PROGRAM),
        Step("close", ("started",), "gone", PHARMACISTS),
        Step("close", ("checked",), "gone", BENCH),
    ),
    finals=frozenset({"gone"}),
)


def told(*roles: Role) -> dict[str, str]:
    return {each.verb: each.sentence or "yes" for each in rights(frozenset(roles), (TABLE,))["trial"]}


def test_a_technician_is_told_whose_each_step_is() -> None:
    assert told(Role.TECHNICIAN) == {
        "start": "yes",
        "check": "“Check it” is for a pharmacist.",
        "hold": "yes",
        "close": "yes",
    }


def test_what_the_program_does_by_itself_is_nobodys_right() -> None:
    assert "lapse" not in told(Role.PHARMACIST)
    assert set(told(Role.PHARMACIST).values()) == {"yes"}


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_an_administrator_and_an_auditor_take_no_step_at_all(role: Role) -> None:
    given = [each for steps in rights(frozenset({role})).values() for each in steps if each.is_given]

    assert given == []


def test_who_has_left_may_do_nothing() -> None:
    assert not any(each.is_given for steps in rights(frozenset()).values() for each in steps)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
@pytest.mark.parametrize("role", list(Role))
def test_a_right_is_given_exactly_where_the_table_lets_the_step_be_taken(machine: Machine, role: Role) -> None:
    shown = {each.verb: each.is_given for each in rights(frozenset({role}), (machine,))[machine.name]}
    by_people = [step for step in machine.steps if step.who != PROGRAM]

    assert shown == {
        step.verb: any(role in row.who - PROGRAM for row in by_people if row.verb == step.verb) for step in by_people
    }
