"""How well readings agree with worked directions, by form: dose, rhythm, route, length, need, days' supply."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

PARTS = {
    "dose": ("dose_low", "dose_high", "unit"),
    "frequency": ("frequency", "frequency_max", "period", "period_max", "period_unit", "when", "days_of_week"),
    "route": ("route",),
    "duration": ("duration", "duration_unit"),
    "need": ("prn", "prn_reason", "max_per_day"),
}
MEASURES = ("dose and frequency", "all five fields", "days' supply", "unclear ones asked")
_FORMS = (
    ("eye, ear", {"drop", "inch", "cm"}, {"ou", "od", "os", "oph", "ophs", "au", "ad", "as", "otic", "otics"}),
    ("inhaled", {"puff"}, {"inh", "neb"}),
    ("nose", {"spray"}, {"en", "in", "nl", "nr"}),
    ("injections", {"unit", "pen", "syringe", "injection"}, {"sc", "im", "iv", "id"}),
    ("rectal, vaginal", {"suppository", "enema", "applicatorful", "ring", "insert"}, {"pr", "pv"}),
    ("patches", {"patch"}, {"td"}),
    ("skin", {"application", "click", "pump", "fingertip unit"}, {"top", "skin", "face", "scalp", "hands", "arms"}),
    ("liquids", {"mL", "packet", "scoop", "capful"}, {"swish", "gt"}),
)
_SPANISH = frozenset({"tome", "tomar", "aplique", "ponga", "haga", "inyecte", "veces", "cada", "dar", "diario"})


@dataclass(slots=True)
class Tally:
    """Right and all, by measure, and what is wrong: the id of the directions with the parts that differ."""

    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MEASURES, 0))
    whole: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MEASURES, 0))
    guessed: int = 0

    def add(self, measure: str, *, is_right: bool) -> None:
        """Count one comparison."""
        self.whole[measure] += 1
        self.right[measure] += is_right


@dataclass(slots=True)
class Score:
    """The tallies by form, with the differences by id."""

    forms: dict[str, Tally] = field(default_factory=dict)
    differing: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def together(self) -> Tally:
        """Give the tally of all forms."""
        found = Tally()
        for tally in self.forms.values():
            found.guessed += tally.guessed
            for measure in MEASURES:
                found.right[measure] += tally.right[measure]
                found.whole[measure] += tally.whole[measure]
        return found


def score_of(pairs: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> Score:
    """Compare worked directions with our answers to them, in the form `pestle sig --jsonl` writes."""
    score = Score()
    for row, answer in pairs:
        tally = score.forms.setdefault(form_of(row), Tally())
        differing = _differing(row, answer)
        if _steps(row) is not None:
            tally.add("dose and frequency", is_right=not {"dose", "frequency"} & set(differing))
            tally.add("all five fields", is_right=not set(PARTS) & set(differing))
        is_unclear = bool(row.get("needs_clarification"))
        if _counts_days(row):
            tally.add("days' supply", is_right="days' supply" not in differing)
        if is_unclear:
            tally.add("unclear ones asked", is_right="not asked" not in differing)
            tally.guessed += answer.get("days_supply") is not None
        if differing:
            score.differing[str(row.get("id"))] = differing
    return score


def form_of(row: Mapping[str, Any]) -> str:
    """Give the class of form worked directions belong to; what must be asked, and Spanish, are classes of their own."""
    steps = _steps(row) or []
    units, routes = {step.get("unit") for step in steps}, {step.get("route") for step in steps}
    told = [
        ("unclear", bool(row.get("needs_clarification"))),
        ("Spanish", bool(_SPANISH & set(str(row.get("sig", "")).lower().split()))),
        ("one after another", row.get("relation") == "then"),
        *((name, bool(units & form_units or routes & form_routes)) for name, form_units, form_routes in _FORMS),
        ("weekly, by days", any(step.get("days_of_week") or step.get("period_unit") in {"wk", "mo"} for step in steps)),
        ("as needed", any(step.get("prn") for step in steps)),
        ("tablets, capsules", bool(steps)),
    ]
    return next((name for name, holds in told if holds), "steps not stated")


def table_of(score: Score) -> list[str]:
    """Give the score as lines of a table for people, one for each form and one for all."""
    rows = [*sorted(score.forms.items()), ("all", score.together)]
    lines = [f"{'form':<20}" + "".join(f"{measure:>22}" for measure in MEASURES) + f"{'guessed':>10}"]
    for name, tally in rows:
        cells = [_cell(tally.right[measure], tally.whole[measure]) for measure in MEASURES]
        lines.append(f"{name:<20}" + "".join(f"{cell:>22}" for cell in cells) + f"{tally.guessed:>10}")
    return lines


def mapping_of(score: Score) -> dict[str, Any]:
    """Give the score as plain values."""
    named = {**score.forms, "all": score.together}
    forms = {
        name: {
            **{measure: {"right": tally.right[measure], "of": tally.whole[measure]} for measure in MEASURES},
            "guessed": tally.guessed,
        }
        for name, tally in named.items()
    }
    return {"forms": forms, "differing": {key: list(parts) for key, parts in score.differing.items()}}


def _differing(row: Mapping[str, Any], answer: Mapping[str, Any]) -> tuple[str, ...]:
    found = []
    steps, ours = _steps(row), list(answer.get("parsed") or [])
    if steps is not None:
        found += [part for part, names in PARTS.items() if not _agrees(steps, ours, names)]
    if _counts_days(row) and answer.get("days_supply") != row.get("days_supply"):
        found.append("days' supply")
    if row.get("needs_clarification") and not answer.get("needs_clarification"):
        found.append("not asked")
    return tuple(found)


def _counts_days(row: Mapping[str, Any]) -> bool:
    return row.get("quantity") is not None or bool(row.get("needs_clarification"))


def _steps(row: Mapping[str, Any]) -> list[Mapping[str, Any]] | None:
    steps = row.get("parsed", row.get("steps"))
    return steps if isinstance(steps, list) else None


def _agrees(wanted: list[Mapping[str, Any]], ours: list[Mapping[str, Any]], names: tuple[str, ...]) -> bool:
    return len(wanted) == len(ours) and all(
        (mine.get(name) or None) == (theirs.get(name) or None)
        for mine, theirs in zip(ours, wanted, strict=True)
        for name in names
    )


def _cell(right: int, whole: int) -> str:
    if not whole:
        return "-"
    # Per mille, rounded down: a figure is never shown better than it is.
    mille = right * 1000 // whole
    return f"{right}/{whole} {mille // 10}.{mille % 10} %"
