"""`pestle sig`: read directions, write them for the label, and work out the days' supply."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pestle.calculations.supplied import Supplied
    from pestle.calculations.worked import Worked
    from pestle.terms.sig import Directions

NAME = "sig"
HELP = "Read directions for use; show label text and days' supply with the working."
UNCLEAR, REFUSED = 3, 2


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the directions, what is dispensed, and the forms of the answer."""
    parser.add_argument("directions", nargs="?", help='as written: "1 tab po tid pc & hs prn"')
    parser.add_argument("--product", help='product or dosage form: "prednisone 10 mg tablet"')
    parser.add_argument("--quantity", help="how much is dispensed")
    parser.add_argument("--unit", default="each", help="unit of the quantity: tablet, mL, g, inhaler ...")
    parser.add_argument("--units-per", help="dose units in one quantity unit: units or drops in 1 mL, puffs, mg")
    parser.add_argument("--discard-after", type=int, metavar="DAYS", help="days one container may be used once opened")
    parser.add_argument("--containers", type=int, default=1, help="containers the quantity is packed in")
    parser.add_argument("--payer", default="house", help="whose way of counting drops")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--jsonl", nargs="?", const="-", metavar="FILE", help="one JSON object a line, from FILE or -")
    parser.add_argument("--score", metavar="FILE", help="compare with the worked directions in FILE, by class of form")


def run(args: argparse.Namespace) -> int:
    """Read one set of directions, or a line of JSON each; the exit status is 3 when something must be asked."""
    if args.score:
        return _run_score(args.score, args.payer, as_json=args.json)
    if args.jsonl:
        return _run_lines(args.jsonl, args.payer)
    if not args.directions:
        print("pestle sig: give directions, or --jsonl.", file=sys.stderr)
        return REFUSED
    row = {
        "sig": args.directions,
        "context": args.product,
        "quantity": args.quantity,
        "quantity_unit": args.unit,
        "units_per_quantity_unit": args.units_per,
        "discard_after_days": args.discard_after,
        "containers": args.containers,
    }
    answer = answer_to(row, payer=args.payer)
    print(json.dumps(answer, ensure_ascii=False) if args.json else _told(answer))
    return UNCLEAR if answer["needs_clarification"] else 0


def answer_to(row: Mapping[str, Any], *, payer: str = "house") -> dict[str, Any]:
    """Give everything about one set of directions, in the form of the test vectors."""
    from pestle.calculations.daily_use import most_in_one_day
    from pestle.calculations.figures import decimal_of
    from pestle.terms.sig import directions_as_mapping, explain_differences, read_directions, write_directions
    from pestle.terms.sig.exchange import as_number

    directions = read_directions(_text(row.get("sig")), row.get("context") and _text(row["context"]))
    most = most_in_one_day(directions)
    english, spanish = write_directions(directions), write_directions(directions, "es")
    answer = {"id": row.get("id"), "sig": directions.text, **directions_as_mapping(directions)}
    answer |= {
        "english": english.text,
        "spanish": spanish.text,
        "spanish_note": spanish.note,
        "max_daily_units": None if most is None else as_number(decimal_of(most)),
        "differences": [f"{each.written}: {each.ours or each.because}" for each in explain_differences(directions)],
        "days_supply": None,
        "days_supply_steps": [],
        "days_supply_refused": "",
    }
    return answer | _days_supply(directions, row, payer)


def _days_supply(directions: "Directions", row: Mapping[str, Any], payer: str) -> dict[str, Any]:
    from pestle.calculations.days_supply import days_supply
    from pestle.calculations.payers import payer_named
    from pestle.calculations.worked import CannotCalculate

    if row.get("quantity") is None:
        return {}
    try:
        worked = days_supply(directions, _supplied(row), payer_named(payer))
    except KeyError:
        return {"days_supply_refused": f"payer: There are no figures for {payer}."}
    except CannotCalculate as refusal:
        return {"days_supply_refused": str(refusal)}
    return {"days_supply": int(worked.value), "days_supply_steps": _lines(worked)}


def _supplied(row: Mapping[str, Any]) -> "Supplied":
    from pestle.calculations.supplied import Supplied

    return Supplied(
        quantity=_number(row["quantity"], "quantity"),
        unit=_text(row.get("quantity_unit") or "each"),
        units_per_quantity_unit=_optional(row.get("units_per_quantity_unit"), "units_per_quantity_unit"),
        discard_after_days=_whole(row.get("discard_after_days"), "discard_after_days"),
        containers=_whole(row.get("containers"), "containers") or 1,
    )


def _lines(worked: "Worked[Decimal]") -> list[str]:
    lines = [str(step) for step in worked.steps]
    return [*lines, *(f"Check: {worked.check}" for _ in [0] if worked.check), *map(str, worked.warnings)]


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _optional(value: object, field: str) -> Decimal | None:
    return None if value is None else _number(value, field)


def _number(value: object, field: str) -> Decimal:
    from pestle.calculations.worked import CannotCalculate

    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise CannotCalculate(field, f"{str(value)[:24]!r} is not a number.") from None
    if not found.is_finite() or abs(found) > 10**9 or found.adjusted() < -12:
        raise CannotCalculate(field, f"{str(value)[:24]!r} is no number we can use.")
    return found


def _whole(value: object, field: str) -> int | None:
    from pestle.calculations.worked import CannotCalculate

    found = _optional(value, field)
    if found is not None and found % 1:
        raise CannotCalculate(field, f"{found} is not a whole number.")
    return None if found is None else int(found)


def _told(answer: Mapping[str, Any]) -> str:
    lines = [f"English  {answer['english']}", f"Spanish  {answer['spanish']}"]
    lines += [f"         ({answer['spanish_note']})"] if answer["spanish_note"] else []
    if answer["days_supply"] is not None:
        lines += ["", f"Days' supply: {answer['days_supply']}"]
        lines += [f"  {line}" for line in answer["days_supply_steps"]]
    elif answer["days_supply_refused"] and not answer["questions"]:
        lines += ["", f"No days' supply. {answer['days_supply_refused']}"]
    for title, name in (("Ask:", "questions"), ("Differs from what was written:", "differences")):
        if answer[name]:
            lines += ["", title, *(f"  {line}" for line in answer[name])]
    return "\n".join(lines)


def _run_lines(name: str, payer: str) -> int:
    status = 0
    for row in _rows_of(name):
        if row is None:
            status = REFUSED
        else:
            print(json.dumps(answer_to(row, payer=payer), ensure_ascii=False))
    return status


def _run_score(name: str, payer: str, *, as_json: bool) -> int:
    from pestle.terms.sig.scoring import mapping_of, score_of, table_of

    rows = list(_rows_of(name))
    score = score_of((row, answer_to(row, payer=payer)) for row in rows if row is not None)
    if as_json:
        print(json.dumps(mapping_of(score), ensure_ascii=False))
    else:
        print("\n".join(table_of(score)))
        for identifier, parts in score.differing.items():
            print(f"{identifier} differs in {', '.join(parts)}")
    return REFUSED if None in rows else 0


def _rows_of(name: str) -> Iterator[dict[str, Any] | None]:
    """Give the JSON object of each line; None, and a word about it, for a line that holds none."""
    for place, line in enumerate(_lines_of(name), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict):
            print(f"pestle sig: line {place} is no JSON object.", file=sys.stderr)
        yield row if isinstance(row, dict) else None


def _lines_of(name: str) -> Iterator[str]:
    if name == "-":
        yield from _decoded(sys.stdin.buffer)
        return
    with open(name, "rb") as source:
        yield from _decoded(source)


def _decoded(lines: Iterable[bytes]) -> Iterator[str]:
    for line in lines:
        yield line.decode("utf-8", errors="replace")
