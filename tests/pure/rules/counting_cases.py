"""Cases of the rules of counting: for each one that passes and one that is stopped."""

from dataclasses import replace
from typing import Any

from pestle.rules import counting
from pestle.rules.counting_facts import DiscrepancyFacts
from pestle.rules.rule import Rule
from tests.pure.good_facts import GOOD_DISCREPANCY


def found(**changes: Any) -> DiscrepancyFacts:
    return replace(GOOD_DISCREPANCY, **changes)


# fmt: off
COUNTING_CASES: tuple[tuple[Rule[Any], Any, Any, str], ...] = (
    # rule                                      passes                                       is stopped                                  because it says
    (counting.explanation_is_given,             found(reason="A bottle stood behind."),      found(reason=" "),                          "in words"),
    (counting.discrepancy_is_explained,         found(explanations=1),                       found(explanations=0),                      "Write down an explanation"),
    (counting.closer_did_not_find_it,           found(worker_id=2, found_by_id=1),           found(worker_id=1, found_by_id=1),          "another pharmacist"),
    (counting.correction_has_a_witness,         found(moves_book=True, witness_id=3),        found(moves_book=True),                     "Two people"),
    (counting.correction_has_a_witness,         found(moves_book=False),                     found(moves_book=True, witness_id=2),       "Two people"),
)
# fmt: on
