"""X12 interchanges: what pharmacies and wholesalers order, acknowledge, ship and invoice with.

`decode` and `encode` are exact to the byte; `ordering`, `shipping` and `invoicing` read and write the documents inside,
`envelopes` puts them into an interchange and says what was received. Layout as in X12 004010 and 005010; a trading
partner's own guide comes before it (unreviewed).
"""

from pestle.wire.x12.codec import decode, encode, faults, join, set_faults, split
from pestle.wire.x12.errors import X12Error
from pestle.wire.x12.interchange import Group, Interchange, Segment, Separators, TransactionSet
from pestle.wire.x12.json_form import from_json, to_json

__all__ = [
    "Group",
    "Interchange",
    "Segment",
    "Separators",
    "TransactionSet",
    "X12Error",
    "decode",
    "encode",
    "faults",
    "from_json",
    "join",
    "set_faults",
    "split",
    "to_json",
]
