"""`pestle load`: the drug directory, prices and lists into the catalogue."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pestle

if TYPE_CHECKING:
    from pestle.records.loading.everything import Loaded
    from pestle.records.loading.sources import Source

NAME = "load"
HELP = "Load the drug directory, prices and lists; loading the same file again changes nothing."
FAILED = 1
SPOKEN = {"tallman": "tall_man"}
FOLDER = Path(pestle.__file__).resolve().parents[1] / "data"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what to load and from where."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="ndc, nadac, tall_man, interactions, ... or all")
    parser.add_argument("--from", dest="folder", type=Path, default=FOLDER, help="a folder with a sources.toml")
    parser.add_argument("--again", action="store_true", help="load even a file that is loaded already")
    parser.add_argument("--list", action="store_true", help="say what can be loaded and how old it is; load nothing")
    parser.add_argument("--jsonl", action="store_true", help="one line of JSON for each list")


def run(args: argparse.Namespace) -> int:
    """Load what was asked, telling how it goes."""
    from pestle.config.ready import django_ready

    with django_ready():
        from pestle.records.loading.everything import EVERYTHING, known_names
        from pestle.records.loading.sources import MissingList, read_sources

        try:
            sources = read_sources(args.folder)
        except MissingList as problem:
            return _refuse(str(problem))
        if args.list or not args.names:
            return _show(sources)
        args.names = [SPOKEN.get(name, name.replace("-", "_")) for name in args.names]
        unknown = [name for name in args.names if name not in {EVERYTHING, *known_names()}]
        if unknown:
            return _refuse(f"There is no list {', '.join(unknown)}. Known: {', '.join(known_names())}, all.")
        return _load(args, sources)


def _load(args: argparse.Namespace, sources: "Mapping[str, Source]") -> int:
    from django.utils import timezone

    from pestle.records.loading.everything import load

    say = _as_json if args.jsonl else _as_text
    started = time.monotonic()
    for loaded in load(args.names, sources, at=timezone.now(), watch=_watch(), again=args.again):
        say(loaded, time.monotonic() - started)
        started = time.monotonic()
    return 0


def _watch() -> Callable[[str, int], None]:
    if not sys.stderr.isatty():
        return lambda what, rows: None
    return lambda what, rows: print(f"\r\033[K  {what}: {rows:,}", end="", file=sys.stderr, flush=True)


def _as_text(loaded: "Loaded", seconds: float) -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    merged = loaded.merged
    if merged is None:
        print(f"{loaded.name:<18} loaded before, nothing to do")
        return
    became = f"{merged.new:,} new, {merged.changed:,} changed, {merged.gone:,} gone"
    print(f"{loaded.name:<18} {merged.rows:>9,} rows: {became} ({seconds:.1f} s)", flush=True)


def _as_json(loaded: "Loaded", seconds: float) -> None:
    merged = loaded.merged
    said = {"name": loaded.name, "loaded": merged is not None, "seconds": round(seconds, 2)}
    if merged is not None:
        said |= {"rows": merged.rows, "new": merged.new, "changed": merged.changed, "gone": merged.gone}
    print(json.dumps(said), flush=True)


def _show(sources: "Mapping[str, Source]") -> int:
    from pestle.records.catalogue import SourceFile

    loaded = dict(SourceFile.objects.values_list("name", "loaded_at"))
    for name, source in sources.items():
        when = f"loaded {loaded[name]:%Y-%m-%d %H:%M}" if name in loaded else "not loaded"
        review = f"reviewed by {source.reviewed_by}" if source.reviewed_by else "unreviewed"
        print(f"{name:<18} {source.rows:>9,} rows, as of {source.as_of}, {review}, {when}")
    return 0


def _refuse(sentence: str) -> int:
    print(f"pestle load: {sentence}", file=sys.stderr)
    return FAILED
