"""The envelope of a SCRIPT message: who sends it to whom, which message it answers, and how it is signed."""

# ruff: noqa: RUF009 - the calls below are field declarations, like dataclasses.field.

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pestle.wire.script.parts import Rest, attribute, block, content, flag, moment, rest, text, whole
from pestle.wire.script.tree import Element


class Party(StrEnum):
    """What kind of address stands in To and From."""

    PHARMACY = "P"
    PRESCRIBER = "D"
    CLINIC = "C"
    MAILBOX = "M"
    PAYER = "PY"
    CENTRAL_FILL = "CF"
    DIRECT = "DIRECT"
    REMS = "REMS"
    MUTUALLY_DEFINED = "ZZZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An address on the network with the kind of number it is."""

    qualifier: str = attribute("Qualifier", needed=True)
    identifier: str = content(needed=True)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Password:
    """The password of the older envelope security; a secret, so never shown."""

    kind: str = attribute("Type")
    secret: str = content()
    rest: Rest = rest()

    def __repr__(self) -> str:
        return "Password(...)"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsernameToken:
    """The sender's sign-in inside the envelope."""

    username: str = text("Username")
    password: Password | None = block("Password", Password)
    nonce: str = text("Nonce")
    created: str = text("Created")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Secondary:
    """The further numbers of a sender or receiver."""

    secondary: str = text("SecondaryIdentification")
    tertiary: str = text("TertiaryIdentification")
    rest: Rest = rest()

    def __repr__(self) -> str:
        # Some networks carry a password here.
        return "Secondary(...)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """The security block of the envelope."""

    token: UsernameToken | None = block("UsernameToken", UsernameToken)
    sender: Secondary | None = block("Sender", Secondary)
    receiver: Secondary | None = block("Receiver", Secondary)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderSoftware:
    """The program that made the message."""

    developer: str = text("SenderSoftwareDeveloper", needed=True)
    product: str = text("SenderSoftwareProduct", needed=True)
    release: str = text("SenderSoftwareVersionRelease", needed=True)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitalSignature:
    """Proof that a controlled-substance prescription was signed: a real signature, or the application's word for it."""

    version: str = attribute("Version")
    digest_method: str = text("DigestMethod")
    digest_value: str = text("DigestValue")
    signature_value: str = text("SignatureValue")
    x509: str = text("X509Data")
    indicator: bool | None = flag("DigitalSignatureIndicator")
    rest: Rest = rest()

    @property
    def is_claimed(self) -> bool:
        """Say whether the sender claims a signature, by indicator or by value; nothing here verifies it."""
        return self.indicator is True or bool(self.signature_value)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderGroup:
    """Several prescriptions ordered together, each in a message of its own."""

    number: str = text("OrderGroupNumber")
    item: int | None = whole("ItemCountInOrderGroup")
    total: int | None = whole("TotalCountForOrderGroup")
    reason: str = text("OrderGroupReason")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The envelope; source of order and lengths: SCRIPT 2017071, re-tabulated."""

    to: Endpoint | None = block("To", Endpoint, needed=True)
    sender: Endpoint | None = block("From", Endpoint, needed=True)
    message_id: str = text("MessageID", needed=True, longest=35)
    relates_to: str = text("RelatesToMessageID", longest=35)
    sent_at: datetime | None = moment("SentTime", needed=True)
    security: Security | None = block("Security", Security)
    software: SenderSoftware | None = block("SenderSoftware", SenderSoftware, needed=True)
    mailbox: Element | None = block("Mailbox", Element)
    test_message: str = text("TestMessage")
    rx_reference_number: str = text("RxReferenceNumber", longest=35)
    tertiary_identifier: str = text("TertiaryIdentifier")
    prescriber_order_number: str = text("PrescriberOrderNumber", longest=35)
    digital_signature: DigitalSignature | None = block("DigitalSignature", DigitalSignature)
    order_group: OrderGroup | None = block("PrescriberOrderGroup", OrderGroup)
    rx_reference_order_group: OrderGroup | None = block("RxReferenceOrderGroup", OrderGroup)
    rest: Rest = rest()
