"""`pestle demo`: the made-up pharmacy at work, every partner and server as a program of its own."""

import argparse
import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any

NAME = "demo"
HELP = "Work a made-up day, or take a picture of every page."
FAILED = 1
KINDS, VIEWS, LOOKS = ("pages", "states", "long", "prints"), ("desk", "wide", "zoom"), ("light", "dark")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the day, the pictures, and how they are told."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    day = acts.add_parser("day", help="a whole day through every station; the exit status says whether all holds")
    day.add_argument("--prescriptions", type=int, default=300, metavar="N", help="how many come (default 300)")
    day.add_argument("--seed", type=int, default=7, help="which day; the same seed brings the same (default 7)")
    day.add_argument("--hours", type=float, default=0.0, help="spread what comes over so many hours (default: at once)")
    day.add_argument("--chaos", action="store_true", help="kill programs and let partners fail all the while")
    day.add_argument("--json", action="store_true", help="one JSON object")
    day.add_argument("--keep", action="store_true", help="stay open afterwards, to look at it in a browser")
    screens = acts.add_parser("screens", help="a PNG of every page and state, light and dark, with an index.html")
    screens.add_argument("--folder", type=Path, default=Path("screens"), help="where the pictures go (default screens)")
    screens.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS, help="of what (default: everything)")
    screens.add_argument("--views", nargs="+", choices=VIEWS, default=["desk"],
                         help="desk 1366x768, wide 1920x1080, zoom: desk at 200 %% (default desk)")  # fmt: skip
    screens.add_argument("--looks", nargs="+", choices=LOOKS, default=LOOKS, help="light, dark (default both)")
    screens.add_argument("--only", nargs="+", default=[], metavar="WORDS", help="only where the name holds one of them")
    screens.add_argument("--as-it-is", action="store_true", help="do not work half a day first")


def run(args: argparse.Namespace) -> int:
    """Do what was asked; the exit status is 0 only where everything holds."""
    if args.act == "day" and args.prescriptions < 1:
        print("pestle demo: a day has at least one prescription.", file=sys.stderr)
        return FAILED
    from pestle.config import made_up

    with made_up.open_house() as house:
        if args.act == "day" and args.chaos and house.killing is None:
            print("pestle demo: --chaos kills the database, so it needs its own: unset DATABASE_URL.", file=sys.stderr)
            return FAILED
        if args.act == "screens":
            return _take_pictures(house, args)
        found = _work(house, args)
        print(json.dumps(found, default=str) if args.json else _told(found), flush=True)
        if args.keep:
            print(f"Look at it at {house.url} (Ctrl-C closes it).", file=sys.stderr, flush=True)
            house.stopping.wait()
    return 0 if found["ok"] else FAILED


def _take_pictures(house: Any, args: argparse.Namespace) -> int:
    if importlib.util.find_spec("playwright") is None:
        print("pestle demo: pictures need the development tools: make setup.", file=sys.stderr)
        return FAILED
    from pestle.config.screens import Wanted, take_all

    wanted = Wanted(
        kinds=args.kinds, views=args.views, looks=args.looks, only=args.only, works_first=not args.as_it_is
    )  # fmt: skip
    return take_all(house, args.folder, wanted)


def _work(house: Any, args: argparse.Namespace) -> dict[str, Any]:
    from datetime import UTC, datetime

    from django.conf import settings

    from pestle.demo import day
    from pestle.demo.chaos.storm import Storm
    from pestle.stations import audit

    storm = Storm(house.killing, args.seed, args.hours * 3600) if args.chaos else None
    found = day.run(
        house.pharmacy, lines=house.lines, labels=house.labels, prescriptions=args.prescriptions, seed=args.seed,
        hours=args.hours, stop=house.stopping, say=_progress(), storm=storm, url=house.url,
    )  # fmt: skip
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    heads_file = Path(settings.HEADS_FILE)
    audit.seal_all(at=datetime.now(UTC), heads_file=heads_file)
    proof = audit.audit(heads_file=heads_file)
    faults = [fault for each in proof["pharmacies"] for fault in each["faults"]]
    return found | {"ok": found["ok"] and proof["clean"], "audit": {"clean": proof["clean"], "faults": faults}}


def _progress() -> Any:
    if not sys.stderr.isatty():
        return lambda states: None

    def say(states: dict[str, int]) -> None:
        words = ", ".join(f"{number} {state.replace('_', ' ')}" for state, number in states.items())
        wide = os.get_terminal_size(sys.stderr.fileno()).columns - 1
        print(f"\r\033[K{words[:wide]}", end="", file=sys.stderr, flush=True)

    return say


def _told(found: dict[str, Any]) -> str:
    claims, stock = found["claims"], found["stock"]
    twice = sum(len(each) for each in found["duplicates"].values())
    lines = [
        f"{found['prescriptions']} prescriptions, {found['fills']} fills in {found['wall_seconds']} seconds",
        *(f"  {number:>5} {state.replace('_', ' ')}" for state, number in found["by_state"].items()),
        "rejects: " + (", ".join(f"{code} {number}" for code, number in found["rejects"].items()) or "none"),
        f"sum check: {'holds' if found['sum_check'] else 'DOES NOT HOLD'}; done twice: {twice}",
        f"claims paid: {claims['paid_here']} here, {claims['paid_at_the_payers']} in the payers' own book",
        f"stock: {'equal to what hands did' if stock['equal'] else stock['differences']}",
        f"labels: {found['labels']['printed']} printed; messages unsent: {found['messages_unsent']}",
        "seconds an act, mean and 95 of 100:",
    ]
    for name, figures in found["seconds"]["by_station"].items():
        lines.append(f"  {name:<14} {figures['mean']:.3f} {figures['p95']:.3f} ({figures['acts']} acts)")
    lines += _storm_told(found["chaos"]) if "chaos" in found else []
    lines += [f"STUCK: {each}" for each in found["stuck"]] + [f"FAULT: {each}" for each in found["faults"]]
    lines += [f"LOST: order {each}" for each in found["lost"]]
    lines += [f"SOLD THOUGH CANCELLED: order {each}" for each in found["sold_though_cancelled"]]
    lines += [f"AUDIT: {each['table']} row {each['row']}: {each['says']}" for each in found["audit"]["faults"]]
    return "\n".join([*lines, "Everything holds." if found["ok"] else "SOMETHING DOES NOT HOLD."])


def _storm_told(chaos: dict[str, Any]) -> list[str]:
    return [
        "killed with -9: " + ", ".join(f"{name} {times}" for name, times in chaos["kills"].items()),
        "went wrong: " + ", ".join(f"{name} {times}" for name, times in chaos["faults"].items()),
        f"asked again without an answer: {chaos['asked_again']} acts, {chaos['looked_again']} looks; "
        f"{chaos['acts_through_pages']} acts through a page, {chaos['two_at_once']} by two at once",
    ]
