"""`pestle calc`: pharmaceutical calculations that show their working."""

import argparse
import json
import sys

NAME = "calc"
HELP = "Work a pharmaceutical calculation and show how."
REFUSED, NEEDS_REASON = 2, 3


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the name of the calculation, its inputs and the forms of the answer."""
    parser.add_argument("name", nargs="?", help="which calculation; --list shows them")
    parser.add_argument("inputs", nargs="*", metavar="name=value", help='an input with its unit, as volume="500 mL"')
    parser.add_argument("--list", nargs="?", const="", metavar="WORDS", help="all calculations, or those with WORDS")
    parser.add_argument("--about", action="store_true", help="formula, inputs and source, without calculating")
    parser.add_argument("--nearest", default="", help="round to the nearest of this, as 0.1")
    parser.add_argument("--in", dest="answer_in", default="", metavar="UNIT", help="unit of the answer")
    parser.add_argument("--because", default="", metavar="REASON", help="why an unlikely input is right")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--markdown", action="store_true", help="the whole catalogue as a page")


def run(args: argparse.Namespace) -> int:
    """Calculate or list; the exit status is 2 for a refused input and 3 for one that needs a reason."""
    from pestle.calculations.worked import CannotCalculate, NeedsReason

    try:
        print(_answer(args))
    except NeedsReason as error:
        return _refused(args, error, NEEDS_REASON, ' Add --because "…" when it is right.')
    except CannotCalculate as error:
        return _refused(args, error, REFUSED, "")
    return 0


def _answer(args: argparse.Namespace) -> str:
    from pestle.calculations import catalogue, telling
    from pestle.calculations.page import catalogue_page
    from pestle.calculations.typed import read_pairs
    from pestle.calculations.worked import CannotCalculate

    if args.markdown:
        return catalogue_page()
    if args.list is not None:
        found = catalogue.find(args.list) if args.list else list(catalogue.every())
        forms = [telling.entry_form(entry) for entry in found]
        return json.dumps(forms, ensure_ascii=False) if args.json else _listed(forms)
    if not args.name:
        raise CannotCalculate("", "name a calculation, or use --list.")
    entry = catalogue.named(args.name)
    if args.about:
        form = telling.entry_form(entry)
        return json.dumps(form, ensure_ascii=False) if args.json else f"{entry.title}\n{entry.__doc__}"
    worked = entry.work(read_pairs(args.inputs), nearest=args.nearest, answer_in=args.answer_in, because=args.because)
    return json.dumps(telling.machine_form(worked), ensure_ascii=False) if args.json else telling.told(worked)


def _refused(args: argparse.Namespace, error: Exception, status: int, hint: str) -> int:
    field, reason = getattr(error, "field", ""), getattr(error, "reason", str(error))
    if args.json:
        print(
            json.dumps({"refused": reason, "field": field, "needs_reason": status == NEEDS_REASON}, ensure_ascii=False)
        )
    else:
        print(f"pestle calc: {error}{hint}", file=sys.stderr)
    return status


def _listed(forms: list[dict[str, object]]) -> str:
    lines, topic = [], ""
    for form in forms:
        if form["topic"] != topic:
            topic = str(form["topic"])
            lines.append(f"\n{topic}")
        lines.append(f"  {form['name']!s:28} {form['title']}")
    return "\n".join(lines).lstrip("\n") or "Nothing found."
