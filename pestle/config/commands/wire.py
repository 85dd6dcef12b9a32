"""`pestle wire`: bytes of any format we speak, shown as a tree or as JSON, and JSON turned back into bytes."""

import argparse
import importlib
import json
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol, cast

from pestle import wire
from pestle.wire.errors import WireError

NAME = "wire"
HELP = "Read and write the formats that pharmacies, payers, prescribers and printers speak."
DONE, REFUSED = 0, 2
# What every codec shares; the wrapping of back-ups, which has a command of its own; cards, which are only read.
NO_FORMATS = frozenset({"errors", "age", "health_card"})
CODEC = ("decode", "encode", "to_json", "from_json")


class Codec(Protocol):
    """What a module of `pestle.wire` offers when it is a codec."""

    def decode(self, octets: bytes, /) -> Any:
        """Read bytes into a value."""

    def encode(self, value: Any, /) -> bytes:
        """Write a value as bytes."""

    def to_json(self, value: Any, /) -> Any:
        """Give a value as JSON values."""

    def from_json(self, value: Any, /) -> Any:
        """Read a value from JSON values."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add decode and encode, each with the formats it knows."""
    acts = parser.add_subparsers(title="what to do", metavar="ACT", required=True)
    reading = acts.add_parser("decode", help="show what a file of bytes says")
    reading.set_defaults(act=_decode)
    writing = acts.add_parser("encode", help="write the bytes that a file of JSON describes")
    writing.add_argument("--output", type=Path, help="write the bytes to this file instead of standard output")
    writing.set_defaults(act=_encode)
    for below, said in ((reading, "as JSON that encode reads, not as a tree"), (writing, "what encode reads anyway")):
        below.add_argument("--json", action="store_true", help=said)
        below.add_argument("format", choices=list(formats()), metavar="FORMAT", help=", ".join(formats()))
        below.add_argument("file", metavar="FILE", help="a file, or - for standard input")


def run(args: argparse.Namespace) -> int:
    """Decode or encode one file; what is wrong with it is one sentence that names the place."""
    try:
        args.act(args)
    except WireError as problem:
        return _refuse(f"{args.format}: {problem}")
    except BrokenPipeError:
        raise
    except OSError as problem:
        return _refuse(f"{problem.filename}: {problem.strerror}.")
    return DONE


def formats() -> Iterator[str]:
    """Give the names of the formats, without loading any."""
    return (found.name for found in pkgutil.iter_modules(wire.__path__) if found.name not in NO_FORMATS)


def codec(name: str) -> Codec:
    """Load the codec of a format; WireError when the module of that name is none yet."""
    module = importlib.import_module(f"{wire.__name__}.{name}")
    if not all(hasattr(module, act) for act in CODEC):
        raise WireError(where=name, said="It cannot be decoded and encoded yet.")
    return cast("Codec", module)


def tree(value: object, depth: int = 0) -> Iterator[str]:
    """Give JSON values as indented lines for people; what is empty is left out."""
    pad = "  " * depth
    entries = value.items() if isinstance(value, dict) else enumerate(value, start=1) if isinstance(value, list) else ()
    for name, below in entries:
        if isinstance(below, dict | list) and below:
            yield f"{pad}{name}"
            yield from tree(below, depth + 1)
        elif below not in (None, "", [], {}):
            yield f"{pad}{name}: {_shown(below)}"


def _refuse(sentence: str) -> int:
    print(f"pestle wire: {sentence}", file=sys.stderr)
    return REFUSED


def _decode(args: argparse.Namespace) -> None:
    speaks = codec(args.format)
    said = speaks.to_json(speaks.decode(_read(args.file)))
    print(json.dumps(said, indent=2) if args.json else "\n".join(tree(said)))


def _encode(args: argparse.Namespace) -> None:
    speaks = codec(args.format)
    try:
        said = json.loads(_read(args.file))
    except (ValueError, RecursionError) as error:
        raise WireError(where=args.file, said=f"It is no JSON: {error}.") from error
    octets = speaks.encode(speaks.from_json(said))
    if args.output:
        args.output.write_bytes(octets)
    else:
        sys.stdout.buffer.write(octets)


def _read(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def _shown(value: object) -> str:
    text = str(value)
    return text if text.isprintable() else repr(text)
