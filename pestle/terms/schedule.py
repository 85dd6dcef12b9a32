"""The schedule of a controlled substance."""

from collections.abc import Iterable
from enum import StrEnum


class Schedule(StrEnum):
    """A product's schedule in one jurisdiction on one day (21 CFR 1308).

    UNKNOWN is an answer of its own: stop and ask. It is never "not controlled", and there is no property that says so.
    """

    II = "II"
    III = "III"
    IV = "IV"
    V = "V"
    NONE = "NONE"
    UNKNOWN = "UNKNOWN"

    @classmethod
    def read(cls, text: str) -> "Schedule":
        """Read II, C-II, CII, C2 or 2; everything else, an empty field too, is UNKNOWN and must be asked."""
        spoken = text.strip().upper().removeprefix("C").removeprefix("-").strip()
        return WRITTEN.get(spoken, cls.UNKNOWN)

    @property
    def is_known(self) -> bool:
        """Say whether anyone has looked the schedule up."""
        return self is not Schedule.UNKNOWN

    @property
    def may_be_controlled(self) -> bool:
        """Say whether the care of controlled drugs is due: all but NONE, UNKNOWN included."""
        return self is not Schedule.NONE

    @property
    def label(self) -> str:
        """Give it as screens and labels show it: C-II, not controlled, unknown: ask."""
        return {"NONE": "not controlled", "UNKNOWN": "unknown: ask"}.get(self.value, f"C-{self.value}")


WRITTEN = {
    **{schedule.value: schedule for schedule in Schedule},
    "2": Schedule.II,
    "3": Schedule.III,
    "4": Schedule.IV,
    "5": Schedule.V,
}
STRICTEST_FIRST = (Schedule.UNKNOWN, Schedule.II, Schedule.III, Schedule.IV, Schedule.V, Schedule.NONE)


def most_restrictive(schedules: Iterable[Schedule]) -> Schedule:
    """Give the strictest of several answers; one UNKNOWN among them, or no answer at all, is UNKNOWN."""
    return min(schedules, key=STRICTEST_FIRST.index, default=Schedule.UNKNOWN)
