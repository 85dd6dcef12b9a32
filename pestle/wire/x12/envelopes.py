"""The envelope round documents we send, and 997: what was received, and whether it could be read."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pestle.wire.x12.codec import set_faults
from pestle.wire.x12.elements import filled, text, write_day
from pestle.wire.x12.errors import X12Error
from pestle.wire.x12.interchange import Group, Interchange, Segment, Separators, TransactionSet

# GS01 by the kind of document inside.
FUNCTIONS: Final = {"850": "PO", "855": "PR", "856": "SH", "810": "IN", "997": "FA", "820": "RA", "835": "HP"}
ACCEPTED: Final = "A"
REFUSED: Final = "R"
PARTLY: Final = "P"
# AK502: the count or the control number of the trailer is wrong; 5: a segment inside is in error.
WRONG_COUNT: Final = "4"
WRONG_INSIDE: Final = "5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Who sends to whom, by the qualifiers and ids of ISA and GS."""

    sender: str
    receiver: str
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"
    is_test: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SetReceipt:
    """What a 997 says of one document."""

    kind: str
    control_number: str
    status: str
    reason: str = ""

    @property
    def is_accepted(self) -> bool:
        """Accepted, or accepted with errors that were noted (E)."""
        return self.status in {ACCEPTED, "E"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A 997: the group it answers, and each document of it."""

    function: str
    control_number: str
    sets: tuple[SetReceipt, ...]


def enveloped(
    documents: Iterable[tuple[str, tuple[Segment, ...]]], *, address: Address, number: int, at: datetime
) -> Interchange:
    """Put bodies of (kind, segments) of one kind into an interchange of 004010; raises X12Error.

    `number` is the interchange's control number, 1 to 999,999,999; it is the group's number too.
    """
    if not 0 < number < 1_000_000_000:
        raise X12Error("ISA13", "takes 1 to 999999999")
    sets = tuple(_set(kind, body, place) for place, (kind, body) in enumerate(documents, start=1))
    functions = {FUNCTIONS.get(each.kind, "") for each in sets}
    if len(functions) != 1 or "" in functions:
        raise X12Error("GS01", "takes documents of one kind that has a functional code")
    group = Group(
        header=filled(
            "GS", functions.pop(), address.sender, address.receiver, write_day(at.date()), f"{at:%H%M}", str(number),
            "X", "004010",
        ),
        sets=sets,
        trailer=filled("GE", str(len(sets)), str(number)),
    )  # fmt: skip
    return Interchange(
        separators=Separators(repetition="U"),
        header=_isa(address, number, at),
        groups=(group,),
        trailer=filled("IEA", "1", f"{number:09}"),
    )


def receipt_of(
    received: Interchange, unreadable: Set[str] = frozenset()
) -> tuple[tuple[str, tuple[Segment, ...]], ...]:
    """Give a 997 body for each group; `unreadable` names documents (by ST02) whose inside could not be read."""
    return tuple(("997", _receipt_body(group, unreadable)) for group in received.groups)


def read_receipt(found: TransactionSet) -> Receipt:
    """Read a 997; raises X12Error."""
    if found.kind != "997":
        raise X12Error("ST01", "is not 997")
    head = next((each for each in found.body if each.id == "AK1"), None)
    if head is None:
        raise X12Error("AK1", "is missing")
    sets: list[SetReceipt] = []
    about: Segment | None = None
    for each in found.body:
        if each.id == "AK2":
            about = each
        elif each.id == "AK5" and about is not None:
            sets.append(
                SetReceipt(kind=text(about, 1), control_number=text(about, 2), status=text(each, 1), reason=each[2])
            )
            about = None
    return Receipt(function=text(head, 1), control_number=text(head, 2), sets=tuple(sets))


def _set(kind: str, body: tuple[Segment, ...], place: int) -> TransactionSet:
    number = f"{place:04}"
    return TransactionSet(
        header=Segment("ST", (kind, number)), body=body, trailer=Segment("SE", (str(len(body) + 2), number))
    )


def _isa(address: Address, number: int, at: datetime) -> Segment:
    for name, given in (("ISA06", address.sender), ("ISA08", address.receiver)):
        if not 2 <= len(given) <= 15:
            raise X12Error(name, "takes 2 to 15 characters")
    return Segment(
        "ISA",
        (
            "00", " " * 10, "00", " " * 10, address.sender_qualifier.ljust(2), address.sender.ljust(15),
            address.receiver_qualifier.ljust(2), address.receiver.ljust(15), f"{at:%y%m%d}", f"{at:%H%M}", "U",
            "00401", f"{number:09}", "0", "T" if address.is_test else "P", ":",
        ),
    )  # fmt: skip


def _receipt_body(group: Group, unreadable: Set[str]) -> tuple[Segment, ...]:
    body = [filled("AK1", group.header[1], group.header[6])]
    accepted = 0
    for each in group.sets:
        body.append(filled("AK2", each.kind, each.control_number))
        if next(set_faults(each), None) is not None:
            body.append(filled("AK5", REFUSED, WRONG_COUNT))
        elif each.control_number in unreadable:
            body.append(filled("AK5", REFUSED, WRONG_INSIDE))
        else:
            accepted += 1
            body.append(filled("AK5", ACCEPTED))
    status = ACCEPTED if accepted == len(group.sets) else PARTLY if accepted else REFUSED
    sets = str(len(group.sets))
    return (*body, filled("AK9", status, sets, sets, str(accepted)))
