"""`pestle database`: look at the database, or keep the embedded one up without the rest."""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import time

NAME = "database"
HELP = "Start, stop or look at the database."


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what to do with the database."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    acts.add_parser("start", help="start the embedded PostgreSQL and leave it running")
    acts.add_parser("stop", help="let it stop, once no other program of Pestle uses it")
    status = acts.add_parser("status", help="say where the database is and whether it answers")
    status.add_argument("--json", action="store_true", help="one line of JSON")
    acts.add_parser("url", help="print its address")
    acts.add_parser("shell", help="open psql on it")
    acts.add_parser("hold", help="keep it running until this command is stopped")


def run(args: argparse.Namespace) -> int:
    """Do what was asked and give the exit status."""
    acts = {"start": _start, "stop": _stop, "url": _url, "shell": _shell, "hold": _hold}
    return _status(is_json=args.json) if args.act == "status" else acts[args.act]()


def _start() -> int:
    from pestle.config.cluster import cluster_of_this_state
    from pestle.config.postgres import holder_of
    from pestle.config.ready import database_ready

    if os.environ.get("DATABASE_URL"):
        print("DATABASE_URL names a database of its own; there is nothing to start.")
        return 0
    with database_ready() as url:
        cluster = cluster_of_this_state()
        if holder_of(cluster) is None:
            subprocess.Popen(
                [sys.executable, "-m", "pestle.config.command", "database", "hold"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            while holder_of(cluster) is None:
                time.sleep(0.05)
        print(f"PostgreSQL runs at {url}")
    return 0


def _hold() -> int:
    from pestle.config.cluster import ready_cluster_of_this_state
    from pestle.config.postgres import hold_for_others

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt), hold_for_others(ready_cluster_of_this_state()):
        signal.pause()
    return 0


def _stop() -> int:
    from pestle.config.cluster import cluster_of_this_state, running_pid
    from pestle.config.postgres import holder_of, is_in_use

    cluster = cluster_of_this_state()
    holder = holder_of(cluster)
    if holder is not None:
        os.kill(holder, signal.SIGTERM)
        while holder_of(cluster) is not None:
            time.sleep(0.05)
    if holder is None and running_pid(cluster) is None:
        print("PostgreSQL is not running.")
    elif is_in_use(cluster):
        print("PostgreSQL stays up: other programs of Pestle use it.")
    else:
        print("PostgreSQL is stopped.")
    return 0


def _status(*, is_json: bool) -> int:
    from pestle.config.cluster import DatabaseUnavailable
    from pestle.config.database import check_answer, database_url, spoken

    url = database_url(os.environ)
    is_embedded = not os.environ.get("DATABASE_URL")
    try:
        check_answer(url)
        problem = None
    except DatabaseUnavailable as found:
        problem = str(found)
    if is_json:
        print(
            json.dumps({"database": spoken(url), "embedded": is_embedded, "answers": not problem, "problem": problem})
        )
    else:
        print(problem or f"An answer from {spoken(url)}.")
    return 0 if problem is None else 1


def _url() -> int:
    from pestle.config.database import database_url

    print(database_url(os.environ))
    return 0


def _shell() -> int:
    from pestle.config.cluster import own_program
    from pestle.config.ready import database_ready

    with database_ready() as url:
        return subprocess.run([own_program("psql"), url], check=False).returncode
