"""`pestle run`: the whole pharmacy on this machine."""

import argparse
import os

NAME = "run"
HELP = "Serve the pharmacy: database, pages, background work and, for the made-up pharmacy, its partners."


def configure(parser: argparse.ArgumentParser) -> None:
    """Add where to listen, how many workers, and whether the made-up pharmacy is wanted."""
    parser.add_argument("--host", default=os.environ.get("PESTLE_HOST", "127.0.0.1"), help="address to listen on")
    parser.add_argument(
        "--port", type=int, default=int(os.environ.get("PESTLE_PORT", "8000")), help="port to listen on"
    )
    parser.add_argument("--workers", type=int, default=3, help="processes that answer pages")
    parser.add_argument("--empty", action="store_true", help="do not load the made-up pharmacy or start its partners")


def run(args: argparse.Namespace) -> int:
    """Serve until stopped by a signal."""
    from pestle.config.serving import serve

    return serve(host=args.host, port=args.port, workers=args.workers, is_made_up=not args.empty)
