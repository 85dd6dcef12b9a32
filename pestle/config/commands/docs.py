"""`pestle docs`: write the parts of the manual that are read from the tables."""

import argparse
from pathlib import Path

NAME = "docs"
HELP = "Write docs/flows.md and docs/rules.md from the tables in the program."


def configure(parser: argparse.ArgumentParser) -> None:
    """Add where the manual lies, and the check for the tests."""
    parser.add_argument("--folder", type=Path, default=Path("docs"), help="where the manual lies")
    parser.add_argument("--check", action="store_true", help="write nothing; say whether the pages are current")


def run(args: argparse.Namespace) -> int:
    """Write or check the pages; the exit status is 1 where one is out of date."""
    from pestle.config.manual import flows_page, rules_page

    pages = {args.folder / "flows.md": flows_page(), args.folder / "rules.md": rules_page()}
    stale = [path for path, text in pages.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        if args.check:
            print(f"{path} is out of date: run `make docs`.")
        else:
            path.write_text(pages[path], encoding="utf-8")
            print(f"Wrote {path}.")
    return 1 if args.check and stale else 0
