"""The folder of lists says the same to people and to the program."""

import csv
import lzma
from pathlib import Path

import pytest

from pestle.records.loading.sources import Source, read_sources

FOLDER = Path(__file__).parents[2] / "data"
SOURCES = read_sources(FOLDER)
README = (FOLDER / "README.md").read_text(encoding="utf-8")
_FEW = 20_000


def test_every_file_of_the_folder_has_a_source_and_every_source_a_file() -> None:
    told = {source.path.name for source in SOURCES.values()} | {"README.md", "sources.toml"}

    assert told == {path.name for path in FOLDER.iterdir()}


@pytest.mark.parametrize("source", SOURCES.values(), ids=lambda source: str(source.name))
def test_the_readme_tells_of_every_file_as_the_program_does(source: Source) -> None:
    _, _, section = README.partition(f"## {source.path.name}\n")

    for said in (source.title, f"- Rows: {source.rows:,}", source.as_of, source.origin, source.basis):
        assert said in section.partition("\n## ")[0]


@pytest.mark.parametrize(
    "source", [each for each in SOURCES.values() if each.rows < _FEW], ids=lambda source: str(source.name)
)
def test_a_file_has_as_many_rows_as_it_says(source: Source) -> None:
    assert sum(1 for _ in source.read()) == source.rows


def test_the_large_files_open_with_a_header() -> None:
    for name in ("products", "packages", "diagnoses"):
        with lzma.open(SOURCES[name].path, "rt", encoding="utf-8") as lines:
            assert len(next(csv.reader(lines))) > 1


def test_nothing_is_called_reviewed_that_nobody_has_put_a_name_to() -> None:
    assert {source.reviewed_by for source in SOURCES.values()} == {""}
    assert README.count("- Reviewed: no") == len(SOURCES)


def test_the_lists_stay_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 12_000_000
