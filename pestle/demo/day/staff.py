"""Who stands where on the made-up day, and what each turns to first."""

from pestle.demo.day.arrivals import Arrivals
from pestle.demo.day.bags import at_bagging, at_cancelled, at_returns
from pestle.demo.day.bench import at_bench
from pestle.demo.day.checks import at_pre_check, at_verification
from pestle.demo.day.claims import at_claims
from pestle.demo.day.drop_off import at_drop_off
from pestle.demo.day.entry import at_data_entry
from pestle.demo.day.register import at_register
from pestle.demo.day.work import Duty


def who_does_what(coming: Arrivals) -> tuple[tuple[str, tuple[Duty, ...]], ...]:
    """This will give everybody at work by name with their duties, the first one first."""
    return (
        ("Dana", (coming.at_counter, at_drop_off, at_claims, at_data_entry)),
        ("Eli", (at_data_entry, at_drop_off, at_claims)),
        ("Isa", (at_claims, at_data_entry, at_drop_off, at_returns)),
        ("Ada", (at_cancelled, at_bench, at_bagging)),
        ("Gil", (at_bench, at_bagging, at_returns)),
        ("Joy", (at_bagging, at_bench)),
        ("Priya", (at_pre_check, at_claims, at_verification)),
        ("Ben", (at_verification, at_pre_check, at_claims)),
        ("Hana", (at_register,)),
    )


__all__ = ["Duty", "who_does_what"]
