"""NCPDP Telecommunication D.0: pharmacy claims to a payer and the answers back."""

from pestle.wire.telecom.codec import decode, encode, join, split
from pestle.wire.telecom.errors import TelecomError
from pestle.wire.telecom.json_form import from_json, to_json

__all__ = ["TelecomError", "decode", "encode", "from_json", "join", "split", "to_json"]
