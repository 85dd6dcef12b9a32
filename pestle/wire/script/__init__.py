"""NCPDP SCRIPT 2017071 and 2023011: prescriptions, cancellations, renewals, changes and fills as XML. Pure.

`decode` gives a Message; its `body` is one of the transactions, its `departures` say where it differs from the
standard. `build` makes one to send. Element facts: our re-tabulation of the public record; the licensed schema comes
with a network and is not part of Pestle.
"""

from pestle.wire.script.codes import schedule_of
from pestle.wire.script.errors import ScriptError
from pestle.wire.script.header import DigitalSignature, Endpoint, Header, Party, SenderSoftware
from pestle.wire.script.json_form import from_json, to_json
from pestle.wire.script.leaves import StatedDay
from pestle.wire.script.message import (
    Message,
    Version,
    build,
    decode,
    decode_header,
    decode_version_text,
    encode,
    unwrap,
)
from pestle.wire.script.parts import Kept, Rest
from pestle.wire.script.reading import Departs, Departure
from pestle.wire.script.replies import answer_refusal, answer_unspoken, reply_header
from pestle.wire.script.sig import outline
from pestle.wire.script.transactions import (
    CancelRx,
    CancelRxResponse,
    Error,
    FillNote,
    FillStatus,
    NewRx,
    OtherTransaction,
    Outcome,
    Response,
    RxChangeRequest,
    RxChangeResponse,
    RxFill,
    RxRenewalRequest,
    RxRenewalResponse,
    Status,
    Transaction,
    Verify,
    VerifyStatus,
)
from pestle.wire.script.tree import Element
from pestle.wire.script.units import unit_of

__all__ = [
    "CancelRx",
    "CancelRxResponse",
    "Departs",
    "Departure",
    "DigitalSignature",
    "Element",
    "Endpoint",
    "Error",
    "FillNote",
    "FillStatus",
    "Header",
    "Kept",
    "Message",
    "NewRx",
    "OtherTransaction",
    "Outcome",
    "Party",
    "Response",
    "Rest",
    "RxChangeRequest",
    "RxChangeResponse",
    "RxFill",
    "RxRenewalRequest",
    "RxRenewalResponse",
    "ScriptError",
    "SenderSoftware",
    "StatedDay",
    "Status",
    "Transaction",
    "Verify",
    "VerifyStatus",
    "Version",
    "answer_refusal",
    "answer_unspoken",
    "build",
    "decode",
    "decode_header",
    "decode_version_text",
    "encode",
    "from_json",
    "outline",
    "reply_header",
    "schedule_of",
    "to_json",
    "unit_of",
    "unwrap",
]
