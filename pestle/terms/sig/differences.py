"""What our label text says otherwise than the prescriber's text, in sentences a technician can check."""

from dataclasses import dataclass

from pestle.terms.sig.values import Directions


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: what was written, what we made of it, and why."""

    written: str
    ours: str
    because: str


def explain_differences(directions: Directions) -> tuple[Difference, ...]:
    """Give every place where the label departs from the prescriber's words."""
    found = [
        Difference(hazard.written, hazard.use_instead, f"Error-prone: {hazard.misread_as}.")
        for hazard in directions.hazards
    ]
    found += [Difference(written, ours, "Misspelt.") for written, ours in directions.corrections]
    found += [
        Difference(directions.text, sentence, "Not said, but read into it.") for sentence in directions.assumptions
    ]
    found += [
        Difference(words, "", "Not on our label text; add it by hand if it matters.") for words in directions.unread
    ]
    return tuple(found)
