"""ASAP dispensing reports to a state's prescription monitoring program, versions 4.2, 4.2A and 4.2B.

`decode` and `encode` are exact to the byte; `building` makes a report or a zero report from what was dispensed. The
standard is sold by its owner; the field table here is of public facts, and a state's own guide comes before it.
"""

from pestle.wire.asap.building import Dispensing, Sender, report_of, zero_report
from pestle.wire.asap.codec import decode, encode, faults, join, split
from pestle.wire.asap.errors import AsapError
from pestle.wire.asap.json_form import from_json, to_json
from pestle.wire.asap.report import Report, Segment

__all__ = [
    "AsapError",
    "Dispensing",
    "Report",
    "Segment",
    "Sender",
    "decode",
    "encode",
    "faults",
    "from_json",
    "join",
    "report_of",
    "split",
    "to_json",
    "zero_report",
]
