import pytest

from pestle.terms.schedule import Schedule, most_restrictive


@pytest.mark.parametrize(
    ("written", "schedule"),
    [
        ("CII",     Schedule.II),
        ("C-III",   Schedule.III),
        ("c-iv",    Schedule.IV),
        ("V",       Schedule.V),
        ("2",       Schedule.II),
        ("C5",      Schedule.V),
        ("NONE",    Schedule.NONE),
        ("",        Schedule.UNKNOWN),
        ("C",       Schedule.UNKNOWN),
        ("CI",      Schedule.UNKNOWN),  # No pharmacy dispenses Schedule I: stop and ask.
        ("0",       Schedule.UNKNOWN),
        ("rx only", Schedule.UNKNOWN),
    ],
)  # fmt: skip
def test_a_written_schedule_is_read_or_unknown(written: str, schedule: Schedule) -> None:
    assert Schedule.read(written) is schedule


def test_an_unknown_schedule_is_never_taken_for_uncontrolled() -> None:
    assert Schedule.UNKNOWN.may_be_controlled
    assert not Schedule.UNKNOWN.is_known
    assert not Schedule.NONE.may_be_controlled
    assert Schedule.UNKNOWN.label == "unknown: ask"


@pytest.mark.parametrize(
    ("answers", "strictest"),
    [
        ([Schedule.V, Schedule.II, Schedule.NONE], Schedule.II),
        ([Schedule.NONE, Schedule.V],              Schedule.V),
        ([Schedule.II, Schedule.UNKNOWN],          Schedule.UNKNOWN),
        ([Schedule.NONE],                          Schedule.NONE),
        ([],                                       Schedule.UNKNOWN),
    ],
)  # fmt: skip
def test_the_strictest_answer_counts_and_an_unknown_one_stops(answers: list[Schedule], strictest: Schedule) -> None:
    assert most_restrictive(answers) is strictest
