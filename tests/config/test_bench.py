"""What the bench says of its figures; it measures nothing here."""

import pytest

from pestle.config.bench.catalogue import BENCHMARKS
from pestle.config.bench.figures import Figure, Floor, spread_of
from pestle.config.command import main


def test_every_benchmark_of_the_list_leads_to_a_function() -> None:
    bare = [each for each in BENCHMARKS.values() if not each.needs_database]

    assert {each.function.__name__ for each in bare} == {each.name for each in bare}


def test_an_unknown_benchmark_is_named_and_nothing_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["bench", "dispence"])

    assert status == 1
    assert "there is no dispence" in capsys.readouterr().err


def test_the_list_names_every_benchmark(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["bench", "--list"])

    assert status == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(BENCHMARKS)


@pytest.mark.parametrize(("value", "more_is_better", "meets", "of_floor"), [
    (140.0, True,  True,  0.5),
    (130.0, True,  False, 0.4643),
    (140.0, False, False, 2.0),
    (130.0, False, True,  2.1538),
])  # fmt: skip
def test_a_figure_says_whether_it_meets_its_goal_and_how_near_it_is_to_its_floor(
    value: float, more_is_better: bool, meets: bool, of_floor: float
) -> None:
    figure = Figure(
        name="acts", value=value, unit="a second", goal=135.0, more_is_better=more_is_better,
        floor=Floor(what="bare", value=280.0),
    )  # fmt: skip

    assert (figure.meets, figure.of_floor) == (meets, of_floor)


def test_the_spread_of_runs_is_told_in_milliseconds() -> None:
    spread = spread_of([each / 1000 for each in range(1, 101)])

    assert spread.machine_form() == {"p50_ms": 51.0, "p95_ms": 96.0, "p99_ms": 100.0, "runs": 100}
