"""`pestle bench`: measure the house on this machine, each figure beside its floor of the same run."""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

NAME = "bench"
HELP = "Measure speed on this machine, in a scratch database of its own, each figure beside its floor."
FAILED = 1


def configure(parser: argparse.ArgumentParser) -> None:
    """Add which benchmarks to run and how to tell them."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="which to run (default all); --list shows them")
    parser.add_argument("--list", action="store_true", help="the names, and what each measures")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--quick", action="store_true", help="less data and shorter rounds")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the scratch database there and use it again")


def run(args: argparse.Namespace) -> int:
    """Measure; the exit status is 1 where a name is unknown, or where something measured was not sound."""
    from pestle.config.bench.catalogue import BENCHMARKS

    if args.list:
        print("\n".join(f"{each.name:<10} {each.about}" for each in BENCHMARKS.values()))
        return 0
    unknown = [name for name in args.names if name not in BENCHMARKS]
    if unknown:
        print(f"pestle bench: there is no {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return FAILED
    found = _measure(args, args.names or list(BENCHMARKS))
    print(json.dumps(found) if args.json else _told(found), flush=True)
    return 0 if found["sound"] else FAILED


def _measure(args: argparse.Namespace, names: list[str]) -> dict[str, Any]:
    from pestle.config.bench import catalogue

    begun, before = time.monotonic(), os.getloadavg()
    settings, outcomes = catalogue.measure(names, keep=args.keep, is_quick=args.quick, say=_say)
    figures = [figure for outcome in outcomes for figure in outcome.figures]
    return {
        "sound": not any(outcome.faults for outcome in outcomes),
        "goals": sum(figure.goal is not None for figure in figures),
        "goals_met": sum(bool(figure.meets) for figure in figures),
        "machine": {"cores": os.cpu_count(), "python": sys.version.split()[0], "load_before": before,
                    "load_after": os.getloadavg()},
        "database": settings,
        "quick": args.quick,
        "seconds": round(time.monotonic() - begun, 1),
        "benchmarks": [outcome.machine_form() for outcome in outcomes],
    }  # fmt: skip


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _told(found: dict[str, Any]) -> str:
    machine, lines = found["machine"], []
    loads = ", ".join(f"{sum(machine[name][:1]):.1f} {name[5:]}" for name in ("load_before", "load_after"))
    lines.append(f"{machine['cores']} cores, load {loads}; {found['seconds']:g} s in all")
    if found["database"]:
        lines.append("PostgreSQL " + ", ".join(f"{name} {value}" for name, value in found["database"].items()))
    for outcome in found["benchmarks"]:
        lines += ["", f"{outcome['name']}: {outcome['data']} ({outcome['seconds']:g} s)"]
        lines += [_line(figure) for figure in outcome["figures"]]
        lines += [f"  left out: {each}" for each in outcome["skipped"]]
        lines += [f"  NOT SOUND: {each}" for each in outcome["faults"]]
    lines += ["", f"{found['goals_met']} of {found['goals']} goals are met."]
    return "\n".join(lines)


def _line(figure: dict[str, Any]) -> str:
    parts = [f"  {figure['name']:<52} {figure['value']:,g} {figure['unit']}"]
    if figure["goal"] is not None:
        least = "at least" if figure["more_is_better"] else "at most"
        parts.append(f"{'meets' if figure['meets'] else 'MISSES'} {least} {figure['goal']:,g}")
    if spread := figure.get("spread"):
        parts.append(f"p50 {spread['p50_ms']:g} p95 {spread['p95_ms']:g} p99 {spread['p99_ms']:g} ms")
    parts += [figure["note"]] if figure.get("note") else []
    if floor := figure["floor"]:
        share = f" ({figure['of_floor']:.1%} of its speed)" if figure["of_floor"] else ""
        parts.append(f"\n      floor {floor['value']:,g}{share}: {floor['what']}")
    return "  ".join(parts)
