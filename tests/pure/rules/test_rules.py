"""Every rule: a case that passes, a case that is stopped with a sentence a worker can act on."""

from typing import Any

import pytest

from pestle.rules.catalogue import all_rules
from pestle.rules.rule import Rule
from tests.pure.rules.cases import CASES

NAMED = [pytest.param(*case, id=f"{case[0].name}-{number}") for number, case in enumerate(CASES)]


@pytest.mark.parametrize(("rule", "passes", "stopped", "says"), NAMED)
def test_a_rule_passes_what_is_right_and_stops_what_is_not(
    rule: Rule[Any], passes: Any, stopped: Any, says: str
) -> None:
    finding = rule(stopped)

    assert rule(passes) is None
    assert finding is not None
    assert says in finding.sentence
    assert finding.cites == rule.cites


def test_every_rule_has_cases() -> None:
    tried = {case[0].name for case in CASES}

    assert {rule.name for rule in all_rules()} == tried


def test_every_rule_says_where_it_is_written_and_speaks_in_sentences() -> None:
    for rule in all_rules():
        assert rule.cites, rule.name
        assert rule.says.endswith("."), rule.name


def test_every_sentence_ends_as_a_sentence_does() -> None:
    for rule, _, stopped, _ in CASES:
        finding = rule(stopped)
        assert finding is not None
        assert finding.sentence.endswith("."), finding.sentence
