"""The conversation with an e-prescribing network: SCRIPT over HTTP, each request signed as in `pestle.links.signed`."""

from pestle.links.failures import NoAnswer, NotTaken
from pestle.links.signed import (
    BadToken,
    Door,
    Keys,
    NoSecret,
    address,
    check,
    find_secret,
    keys_from,
    post,
    receiver_of,
    sign,
)
from pestle.wire import script

__all__ = [
    "BadToken",
    "Door",
    "Keys",
    "NoSecret",
    "address",
    "check",
    "find_secret",
    "keys_from",
    "receiver_of",
    "send",
    "sign",
    "understand",
]


def send(body: bytes, *, door: Door, token: str) -> bytes:
    """Post one SCRIPT message and give the bytes of the answer; raises NoAnswer or NotTaken for what HTTP says."""
    kind = "application/xml; charset=utf-8"
    return post(body, door=door, token=token, content_type=kind, who="The e-prescribing network")


def understand(answer: bytes, *, message_id: str) -> bytes:
    """Give the answer back when it says that the message was taken; raises NotTaken where it says no, else NoAnswer."""
    try:
        said = script.decode(script.unwrap(answer))
    except script.ScriptError as error:
        raise NoAnswer(f"The network's answer could not be read: {error.where}.") from error
    if said.header.relates_to != message_id:
        raise NoAnswer("The network's answer is about another message.")
    if isinstance(said.body, script.Error):
        sentence = f"{said.body.code} {' '.join(said.body.description_codes)}: {said.body.description}"
        raise (NotTaken if said.body.code == "900" else NoAnswer)(sentence)
    if not isinstance(said.body, script.Status):
        raise NoAnswer(f"The network answered with {said.name} in place of a status.")
    return answer
