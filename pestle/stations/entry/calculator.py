"""The calculator at a station: work what was typed, keep it with a fill, have it worked and checked by others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from pestle.calculations import catalogue, telling
from pestle.calculations.practice import shown
from pestle.calculations.registry import Calculation
from pestle.calculations.second import compare
from pestle.calculations.worked import CannotCalculate, NeedsReason, Worked
from pestle.flows.fill import FILL
from pestle.records.calculations import KeptCalculation
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.stations.acts import one_act
from pestle.stations.intake.drop_off import fill_of
from pestle.terms.findings import refuse
from pestle.terms.roles import BENCH, PHARMACISTS, spoken

STATION = "calculator"
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked of a calculation: its inputs as written, and how the answer is wanted."""

    given: Mapping[str, str]
    nearest: str = ""
    answer_in: str = ""
    because: str = ""

    @property
    def options(self) -> dict[str, str]:
        """Give how the answer is wanted, as `Calculation.work` takes it."""
        return {"nearest": self.nearest, "answer_in": self.answer_in, "because": self.because}

    def work(self, entry: Calculation[Any, Any]) -> Worked[Any]:
        """Work it; CannotCalculate names the input that is impossible, NeedsReason the unusual one."""
        return entry.work(self.given, nearest=self.nearest, answer_in=self.answer_in, because=self.because)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of what was typed so far: an answer, a refusal, or the inputs that are still to come."""

    worked: Worked[Any] | None = None
    refusal: CannotCalculate | None = None
    missing: tuple[str, ...] = field(default=())

    @property
    def needs_reason(self) -> bool:
        """Tell whether a figure is possible but unusual, and waits for somebody to say why it is right."""
        return isinstance(self.refusal, NeedsReason)


def attempt(entry: Calculation[Any, Any], asked: Asked) -> Attempt:
    """This will work what was typed, or say what is still missing; it never raises for what a person types."""
    missing = tuple(
        wanted.name
        for wanted in entry.inputs
        if not (wanted.default or wanted.is_optional) and wanted.name not in asked.given
    )
    if missing:
        return Attempt(missing=missing)
    try:
        return Attempt(asked.work(entry))
    except CannotCalculate as refusal:
        return Attempt(refusal=refusal)


@one_act
def attach(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, name: str, asked: Asked) -> KeptCalculation:
    """This will keep a calculation with a fill, worked anew from what was typed; CannotCalculate where it has none."""
    _is_at_the_bench(by)
    fill = fill_of(by, fill_id)
    if fill.state in FILL.finals:
        raise refuse(f"This fill is {fill.state.replace('_', ' ')}: nothing is added to it.", rule="fill_is_open")
    entry = catalogue.named(name)
    worked = asked.work(entry)
    kept = KeptCalculation.objects.create(
        pharmacy_id=by.pharmacy_id,
        fill=fill,
        name=entry.name,
        title=entry.title,
        inputs=dict(asked.given),
        options=asked.options,
        answer=shown(worked),
        worked=telling.machine_form(worked),
        second_reason=worked.second_calculation,
        by=by,
        at=at,
    )
    _note(kept, "calculated", act_id=act_id, by=by, at=at)
    return kept


@one_act
def calculate_again(*, act_id: UUID, by: Worker, at: datetime, kept_id: int, asked: Asked) -> KeptCalculation:
    """This will take in the second person's own calculation from the order, and lay both side by side.

    It is wanted in the unit and rounding of the first. Where the two differ, neither is used.
    """
    _is_at_the_bench(by)
    kept = kept_of(by, kept_id)
    may_calculate_again(kept, by)
    first = _as_kept(kept)
    wanted = {**kept.options, "because": asked.because}
    second = catalogue.work(kept.name, asked.given, **wanted)
    compared = compare(first, second)
    kept.second_by, kept.second_at, kept.second_inputs = by, at, dict(asked.given)
    kept.second_answer, kept.second_agrees = shown(second), compared.agrees
    kept.differences = list(compared.differences)
    columns = ["second_by", "second_at", "second_inputs", "second_answer", "second_agrees", "differences"]
    kept.save(update_fields=columns)
    verb = "second_calculation_agrees" if compared.agrees else "second_calculation_differs"
    _note(kept, verb, act_id=act_id, by=by, at=at, differences=kept.differences)
    return kept


@one_act
def check(*, act_id: UUID, by: Worker, at: datetime, kept_id: int) -> KeptCalculation:
    """This will record that a pharmacist who did not work it has checked a calculation and its working."""
    if by.roles.isdisjoint(PHARMACISTS):
        raise refuse("A pharmacist checks the working.", rule="working_is_checked_by_a_pharmacist")
    kept = kept_of(by, kept_id)
    _is_in_use(kept)
    if kept.by_id == by.pk:
        raise refuse("You worked this one: another pharmacist checks it.", rule="checker_is_not_the_maker")
    if not kept.is_settled:
        raise refuse(_not_settled(kept), rule="second_calculation_comes_first")
    if kept.checked_by_id is None:
        kept.checked_by, kept.checked_at = by, at
        kept.save(update_fields=["checked_by", "checked_at"])
        _note(kept, "calculation_checked", act_id=act_id, by=by, at=at)
    return kept


@one_act
def set_aside(*, act_id: UUID, by: Worker, at: datetime, kept_id: int, because: str) -> KeptCalculation:
    """This will take a calculation out of use, with the reason; one that was checked only a pharmacist sets aside."""
    _is_at_the_bench(by)
    kept = kept_of(by, kept_id)
    _is_in_use(kept)
    if not because.strip():
        raise refuse("Say why it is set aside.", rule="reason_is_given", field="because")
    if kept.checked_by_id is not None and by.roles.isdisjoint(PHARMACISTS):
        raise refuse("A pharmacist has checked it: a pharmacist sets it aside.", rule="checked_stays_checked")
    kept.set_aside_by, kept.set_aside_at, kept.set_aside_because = by, at, because.strip()[:LONGEST_REASON]
    kept.save(update_fields=["set_aside_by", "set_aside_at", "set_aside_because"])
    _note(kept, "calculation_set_aside", act_id=act_id, by=by, at=at, because=kept.set_aside_because)
    return kept


def kept_of(by: Worker, kept_id: int) -> KeptCalculation:
    """This will give a calculation of the worker's own pharmacy; Refused where there is none."""
    rows = KeptCalculation.objects.filter(pharmacy_id=by.pharmacy_id, pk=kept_id)
    found = rows.select_related(
        "fill__pharmacy", "fill__prescription__patient", "fill__package__product", "by", "second_by", "checked_by"
    ).first()
    if found is None:
        raise refuse(
            "There is no such calculation in this pharmacy: find it from its fill.", rule="calculation_is_here"
        )
    return found


def may_calculate_again(kept: KeptCalculation, by: Worker) -> None:
    """This will refuse whoever may not work this one a second time: its maker, or where nobody must."""
    _is_in_use(kept)
    if not kept.second_reason:
        raise refuse("One person is enough for this one.", rule="second_calculation_is_asked_for")
    if kept.second_by_id is not None:
        raise refuse("Two people have worked it already.", rule="second_calculation_is_asked_for")
    if kept.by_id == by.pk:
        raise refuse(
            "You worked it the first time: somebody else works it from the order.",
            rule="second_calculation_is_another_persons",
            cites="ISMP: independent double check",
        )


def kept_with(fill: Fill) -> list[KeptCalculation]:
    """This will give what is kept with a fill, the newest first; what was set aside comes last."""
    rows = fill.calculations.select_related("by", "second_by", "checked_by").order_by("-at", "-pk")
    return sorted(rows, key=lambda kept: kept.set_aside_at is not None)


def _as_kept(kept: KeptCalculation) -> Worked[Any]:
    first = catalogue.work(kept.name, kept.inputs, **kept.options)
    if shown(first) != kept.answer:
        raise refuse(
            "This calculation has changed since it was worked: set it aside and work it anew.",
            rule="calculation_is_as_it_was",
        )
    return first


def _note(
    kept: KeptCalculation, verb: str, *, act_id: UUID, by: Worker, at: datetime, **more: Any
) -> None:  # fmt: skip
    told = {"calculation": kept.title, "answer": kept.answer, "kept": kept.pk, **more}
    kept.fill.note(verb, act_id=act_id, by=by, at=at, station=STATION, details=told)


def _not_settled(kept: KeptCalculation) -> str:
    if kept.second_agrees is False:
        return "Two people came to different answers: set it aside and work it anew."
    return f"A second person works it first. {kept.second_reason}"


def _is_in_use(kept: KeptCalculation) -> None:
    if kept.set_aside_at is not None:
        raise refuse(f"It was set aside: {kept.set_aside_because}", rule="calculation_is_in_use")


def _is_at_the_bench(by: Worker) -> None:
    if by.roles.isdisjoint(BENCH):
        raise refuse(f"Calculations of a fill are for {spoken(BENCH)}.", rule="who_may", cites="table of roles")
