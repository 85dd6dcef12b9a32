"""`pestle recalls`: how many lot texts of the recall notices can be read, and how many are left to a person."""

import argparse
import csv
import json
import lzma
from collections import Counter
from pathlib import Path
from typing import Any

from pestle.config.commands.load import FOLDER

NAME = "recalls"
HELP = "Read the lots of every recall notice; say how many were read and how many a person must read."
WIDTH = 52


def configure(parser: argparse.ArgumentParser) -> None:
    """Add where the notices are, one text to read, and the forms of the answer."""
    parser.add_argument("text", nargs="?", help='one lot text: "Lots 24H117 through 24H130"')
    parser.add_argument("--from", dest="folder", type=Path, default=FOLDER, help="a folder with a sources.toml")
    parser.add_argument("--left", action="store_true", help="show the texts that are left to a person")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(args: argparse.Namespace) -> int:
    """Read one text, or all of them; needs no database."""
    if args.text is not None:
        found = reading_of(args.text)
        print(json.dumps(found) if args.json else _told(found))
        return 0
    rows = _texts(args.folder)
    figures = figures_of(rows)
    if args.json:
        print(json.dumps(figures))
        return 0
    for words, number in figures["by_class"].items():
        print(f"{words:{WIDTH}}{number:>8,}")
    print(f"{'read whole, of those that name lots':{WIDTH}}{figures['read_whole']:>8,} of {figures['with_text']:,}")
    if args.left:
        for number, text in _left(rows):
            print(f"{number}\t{text[:200]}")
    return 0


def reading_of(text: str) -> dict[str, Any]:
    """Give everything that was read from one lot text."""
    from pestle.terms.recall.lot_text import read_lot_text

    read = read_lot_text(text)
    return {
        "reading": read.reading.value,
        "lots": [
            {"number": lot.number, "expires": sorted(f"{year}-{month:02}" for year, month in lot.months)}
            for lot in read.lots
        ],
        "ranges": [{"first": each.first, "last": each.last, "is_said": each.is_said} for each in read.ranges],
        "left_over": list(read.left_over),
    }


def figures_of(rows: list[tuple[str, str]]) -> dict[str, Any]:
    """Count the notices by how far their lot text could be read."""
    from pestle.terms.recall.lot_text import Reading, read_lot_text

    read = [read_lot_text(text) for _, text in rows]
    counted = Counter(each.reading for each in read)
    return {
        "notices": len(rows),
        "with_text": len(rows) - counted[Reading.SAYS_NOTHING],
        "read_whole": sum(number for reading, number in counted.items() if reading.is_whole),
        "lots_read": sum(len(each.lots) for each in read),
        "by_class": {reading.value: counted[reading] for reading in Reading},
    }


def _texts(folder: Path) -> list[tuple[str, str]]:
    path = next(iter(sorted(folder.glob("recalls.csv*"))), None)
    if path is None:
        return []
    opened = lzma.open if path.suffix == ".xz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as lines:
        return [(row["recall_number"], row["lots_text"]) for row in csv.DictReader(lines)]


def _left(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    from pestle.terms.recall.lot_text import read_lot_text

    return [(number, text) for number, text in rows if not read_lot_text(text).reading.is_whole]


def _told(found: dict[str, Any]) -> str:
    lots = [f"  lot {lot['number']} {' '.join(lot['expires'])}".rstrip() for lot in found["lots"]]
    ranges = [f"  lots {each['first']} to {each['last']}" for each in found["ranges"]]
    left = [f"  not understood: {' '.join(found['left_over'])}"] if found["left_over"] else []
    return "\n".join([found["reading"], *lots, *ranges, *left])
