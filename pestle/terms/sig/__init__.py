"""Directions for use (the sig): read what was written, ask where it is unclear, write it plainly for the label.

directions = read_directions("1 tab po tid pc & hs prn", "tablet")
directions.needs_clarification      whether a person must ask before this can be used
write_directions(directions, "es")  the label text, with the note whether a translator has read it
"""

from pestle.terms.sig.differences import Difference, explain_differences
from pestle.terms.sig.exchange import directions_as_mapping, step_as_mapping, steps_from_mappings
from pestle.terms.sig.expansion import expand_shorthand
from pestle.terms.sig.hazards import Hazard, error_prone
from pestle.terms.sig.reading import read_directions
from pestle.terms.sig.values import Directions, Question, Relation, Repeat, Step
from pestle.terms.sig.writing import LabelText, languages, write_directions

__all__ = [
    "Difference",
    "Directions",
    "Hazard",
    "LabelText",
    "Question",
    "Relation",
    "Repeat",
    "Step",
    "directions_as_mapping",
    "error_prone",
    "expand_shorthand",
    "explain_differences",
    "languages",
    "read_directions",
    "step_as_mapping",
    "steps_from_mappings",
    "write_directions",
]
