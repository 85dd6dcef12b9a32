"""The envelope of an answer, and the answer to a message that was refused."""

from datetime import datetime

from pestle.wire.script.errors import ScriptError
from pestle.wire.script.header import Header, SenderSoftware
from pestle.wire.script.message import Message
from pestle.wire.script.transactions import Error, OtherTransaction

LONGEST_DESCRIPTION = 70


def reply_header(asked: Header, *, message_id: str, sent_at: datetime, software: SenderSoftware) -> Header:
    """Give the envelope of an answer: To and From change places, the asked message and its order are named."""
    return Header(
        to=asked.sender,
        sender=asked.to,
        message_id=message_id,
        relates_to=asked.message_id,
        sent_at=sent_at,
        software=software,
        rx_reference_number=asked.rx_reference_number,
        prescriber_order_number=asked.prescriber_order_number,
    )


def answer_refusal(refusal: ScriptError) -> Error:
    """Give the Error that tells the sender which element was refused and why."""
    # The end of a long path names the element, so the path is cut at its front.
    room = LONGEST_DESCRIPTION - len(refusal.said) - 2
    where = refusal.where if len(refusal.where) <= room else f"...{refusal.where[-max(room - 3, 0) :]}"
    said = f"{where}: {refusal.said}" if room > 10 else refusal.said
    return Error(
        code=refusal.code, description_codes=(refusal.description_code,), description=said[:LONGEST_DESCRIPTION]
    )


def answer_unspoken(message: Message) -> Error | None:
    """Give the Error for a transaction this pharmacy does not take, or nothing when it does."""
    if not isinstance(message.body, OtherTransaction):
        return None
    return Error(
        code="900", description_codes=("4040",), description=f"{message.name} is not taken here"[:LONGEST_DESCRIPTION]
    )
