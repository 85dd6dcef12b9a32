"""What happens before the pharmacy opens: tables up to date, static files collected, the made-up pharmacy loaded."""

import hashlib
import importlib
import importlib.util
from collections.abc import Iterable, Sequence
from pathlib import Path

import psycopg
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

# Any number nobody else uses: programs that start at once on one database migrate one after the other.
_MIGRATION_LOCK = 7_378_537_153


def migrate(url: str) -> None:
    """Bring the tables up to date; when several programs start at once, one does it and the others wait."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_MIGRATION_LOCK])
        call_command("migrate", verbosity=0, interactive=False)


def collect_static_files() -> bool:
    """Collect the static files if any of them changed since the last time, and say whether it was needed."""
    folder = Path(settings.STATIC_ROOT)
    stamp = folder / "collected"
    current = _fingerprint(_static_files())
    if stamp.exists() and stamp.read_text(encoding="ascii") == current:
        return False
    call_command("collectstatic", verbosity=0, interactive=False, clear=folder.exists())
    stamp.write_text(current, encoding="ascii")
    return True


def ensure_made_up_pharmacy() -> Sequence[str]:
    """Load the made-up pharmacy if there is none yet, and give the lines to show, such as who can sign in."""
    if importlib.util.find_spec("pestle.demo") is None:
        return ()
    load = getattr(importlib.import_module("pestle.demo"), "ensure_made_up_pharmacy", None)
    return tuple(load() or ()) if load is not None else ()


def _static_files() -> Iterable[Path]:
    for finder in get_finders():
        for name, storage in finder.list(None):
            yield Path(storage.path(name))


def _fingerprint(files: Iterable[Path]) -> str:
    seen = sorted(f"{path} {found.st_size} {found.st_mtime_ns}" for path in files if (found := path.stat()))
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()
