"""What the FDA directory's schedule column is worth: a blank is not yet "not controlled" (docs/decisions/0011)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pestle.terms.schedule import STRICTEST_FIRST, Schedule

ControlledNames = Mapping[str, Schedule | None]
"""From a word in a drug's name to the schedule below which no product of it falls, None where some are exempt."""

_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class ListedSchedule:
    """A schedule and the sentence that says how it was found."""

    schedule: Schedule
    because: str


def read_listed_schedule(
    listed: str, *, names: str, is_prescription: bool, contents_are_listed: bool, controlled: ControlledNames
) -> ListedSchedule:
    """Judge a directory entry: its schedule column, and every name and substance it carries."""
    words = sorted(set(_WORD.findall(names.lower())) & controlled.keys())
    if listed:
        return _listed(Schedule.read(listed), words, controlled)
    if words:
        return ListedSchedule(
            Schedule.UNKNOWN,
            f"The directory gives no schedule, but {words[0]} is controlled in some or all products: ask.",
        )
    if is_prescription and not contents_are_listed:
        return ListedSchedule(Schedule.UNKNOWN, "The directory does not say what is in it: ask.")
    return ListedSchedule(
        Schedule.NONE, "The directory gives no schedule, and no name in it is on the list of controlled names."
    )


def _listed(schedule: Schedule, words: list[str], controlled: ControlledNames) -> ListedSchedule:
    for word in words:
        floor = controlled[word]
        if floor is not None and STRICTEST_FIRST.index(schedule) > STRICTEST_FIRST.index(floor):
            return ListedSchedule(
                Schedule.UNKNOWN,
                f"The directory lists {schedule.label}, but {word} is never below {floor.label}: ask.",
            )
    return ListedSchedule(schedule, f"The directory lists {schedule.label}.")
