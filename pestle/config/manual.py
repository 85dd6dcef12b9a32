"""Writes the parts of the manual that are read from the tables: docs/flows.md and docs/rules.md."""

from collections.abc import Iterable, Iterator
from typing import Any

from pestle.boards import boards
from pestle.flows.machine import NEW, RETURN, STAY, Machine, Step
from pestle.flows.rights import MACHINES
from pestle.rules.catalogue import all_rules
from pestle.rules.rule import Rule
from pestle.terms.roles import Role, spoken

_NOTE = "<!-- Written by `make docs` from the tables in the program; change them there. -->"


def flows_page() -> str:
    """This will give docs/flows.md: each table of steps with a picture of it."""
    flows = (part for each in MACHINES for part in _flow(each))
    return "\n\n".join(["# The tables of steps", _NOTE, _FLOWS_INTRODUCTION, *flows]) + "\n"


def rules_page() -> str:
    """This will give docs/rules.md: each rule with its citation and who can lift it, then each board's values."""
    rules = [f"## {module}\n\n{_rule_table(members)}" for module, members in _by_module()]
    return (
        "\n\n".join(["# The rules", _NOTE, _RULES_INTRODUCTION, *rules, "# The boards of pharmacy", *_boards()]) + "\n"
    )


_FLOWS_INTRODUCTION = """Every piece of work moves along one of these tables; a move that is not in its table cannot
happen. Queues, buttons, tests and this page are read from them. States that wait always carry a reason, an owner and a
time when they wake up."""

_RULES_INTRODUCTION = """Each rule is a small function that sees facts and answers nothing, or one sentence. A rule
marked *unreviewed* has not been checked against its source by a licensed person yet; the program shows that too.
"Lifted by" says who may go on in spite of the rule, with a reason that is kept."""


def _flow(machine: Machine[Any]) -> Iterator[str]:
    yield f"## {machine.name.capitalize()}"
    yield f"Final: {_words(sorted(machine.finals))}. Waiting: {_words(sorted(machine.waits)) or 'none'}."
    yield _picture(machine)
    rows = [" | ".join(("", *_cells(step), "")).strip() for step in machine.steps]
    yield "\n".join(["| Step | From | To | Who | Rules | Moves |", "|---|---|---|---|---|---|", *rows])


def _cells(step: Step[Any]) -> tuple[str, ...]:
    rules = "<br>".join(rule.name.replace("_", " ") for rule in step.rules)
    words = f"{step.words} (`{step.verb}`)"
    moves = step.moves.replace("_", " ")
    return words, _words(step.sources), _state(step.target), spoken(step.who), rules or "–", moves or "–"


def _picture(machine: Machine[Any]) -> str:
    lines = ["```mermaid", "stateDiagram-v2", *dict.fromkeys(_arrows(machine.steps)), "```"]
    return "\n".join(lines)


def _arrows(steps: Iterable[Step[Any]]) -> Iterator[str]:
    for step in steps:
        for source in step.sources:
            if step.target not in {RETURN, STAY}:
                yield f"  {source or '[*]'} --> {step.target}: {step.verb}"


def _by_module() -> Iterator[tuple[str, list[Rule[Any]]]]:
    groups: dict[str, list[Rule[Any]]] = {}
    for rule in all_rules():
        groups.setdefault(rule.decide.__module__.rpartition(".")[2], []).append(rule)
    yield from ((name.replace("_", " ").capitalize(), members) for name, members in groups.items())


def _rule_table(rules: Iterable[Rule[Any]]) -> str:
    rows = [
        f"| {rule.name.replace('_', ' ')} | {rule.says} | {rule.cites} | {spoken(rule.lifted_by)} "
        f"| {'yes' if rule.is_reviewed else '*unreviewed*'} |"
        for rule in rules
    ]
    return "\n".join(
        ["| Rule | What it says | Where it is written | Lifted by | Reviewed |", "|---|---|---|---|---|", *rows]
    )


def _boards() -> Iterator[str]:
    for board in boards():
        values = [
            f"| {name.replace('_', ' ')} | {_value(getattr(board, name))} |"
            for name in board.__slots__
            if name not in {"board", "reviewed_by"}
        ]
        review = (
            f"Reviewed by {board.reviewed_by}." if board.reviewed_by else "*Not reviewed by a licensed person yet.*"
        )
        yield "\n".join([f"## {board.board}", "", review, "", "| What | Value |", "|---|---|", *values])


def _value(value: Any) -> str:
    if value is None or value == "":
        return "no row: the answer is no"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return (
            ", ".join(sorted(each.value if isinstance(each, Role) else str(each) for each in value))
            or "nobody, nothing"
        )
    return str(value)


def _words(states: Iterable[str]) -> str:
    return ", ".join(_state(state) for state in states)


def _state(state: str) -> str:
    return "nothing yet" if state == NEW else state.replace("_", " ")
