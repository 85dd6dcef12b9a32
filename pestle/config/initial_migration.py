"""Writes the one initial migration anew: `python -m pestle.config.initial_migration` (see docs/decisions/0003)."""

import argparse
import fcntl
import os
import sys
import tempfile
import warnings
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

TARGET = Path(__file__).parents[1] / "records" / "migrations" / "0001_initial.py"
_PACKAGE = "fresh_migrations"
# Extensions stand inside the initial migration: other apps depend on the first migration and expect Account in it.
_EXTENSIONS = ("TrigramExtension",)


def main() -> None:
    """Write records/migrations/0001_initial.py from the models, or with --check only say whether it is current."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the models have changed")
    asked = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "pestle.config.settings"
    # Django asks a database whether it knows this migration; without a pool, "nobody there" comes at once.
    settings.DATABASES["default"]["OPTIONS"].pop("pool")
    warnings.filterwarnings("ignore", message="Got an error checking a consistent migration history")
    if asked.check:
        django.setup()
        call_command("makemigrations", check_changes=True, dry_run=True)
    else:
        _write()


def _write() -> None:
    with TARGET.with_name("__init__.py").open() as lock, tempfile.TemporaryDirectory() as folder:
        fcntl.flock(lock, fcntl.LOCK_EX)
        package = Path(folder) / _PACKAGE
        package.mkdir()
        package.joinpath("__init__.py").touch()
        sys.path.insert(0, folder)
        settings.MIGRATION_MODULES = {"records": _PACKAGE}
        django.setup()
        call_command("makemigrations", "records", name="initial", verbosity=0)
        draft = TARGET.with_suffix(".draft")
        draft.write_text(_with_extensions((package / TARGET.name).read_text(encoding="utf-8")), encoding="utf-8")
        draft.replace(TARGET)
    print(f"Wrote {TARGET}.")


def _with_extensions(migration: str) -> str:
    names = ", ".join(_EXTENSIONS)
    calls = "".join(f"        {name}(),\n" for name in _EXTENSIONS)
    imported = migration.replace(
        "from django.db import migrations",
        f"from django.contrib.postgres.operations import {names}\nfrom django.db import migrations",
        1,
    )
    return imported.replace("    operations = [\n", f"    operations = [\n{calls}", 1)


if __name__ == "__main__":
    main()
