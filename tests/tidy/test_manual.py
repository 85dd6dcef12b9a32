"""The manual says what the program does."""

from pathlib import Path

import pytest

from pestle.config.manual import flows_page, rules_page

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(("name", "page"), [("flows.md", flows_page), ("rules.md", rules_page)])
def test_the_pages_read_from_the_tables_are_current(name: str, page: object) -> None:
    assert callable(page)
    assert (DOCS / name).read_text(encoding="utf-8") == page(), "run `make docs`"
