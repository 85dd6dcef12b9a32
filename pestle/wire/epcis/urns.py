"""EPC pure identities and the bar codes they stand for (GS1 EPC Tag Data Standard, section 6)."""

import re
from typing import Final

from pestle.terms.gtin import Gtin, gs1_check_digit
from pestle.wire.epcis.errors import EpcisError

SGTIN: Final = re.compile(r"urn:epc:id:sgtin:([0-9]{6,12})\.([0-9]{1,7})\.([!-~]{1,60})")
PATTERN: Final = re.compile(r"urn:epc:idpat:sgtin:([0-9]{6,12})\.([0-9]{1,7})\.\*")
SSCC: Final = re.compile(r"urn:epc:id:sscc:([0-9]{6,12})\.([0-9]{5,11})")
SGLN: Final = re.compile(r"urn:epc:id:sgln:([0-9]{6,12})\.([0-9]{0,6})\.([!-~]{1,60})")
MOST_SERIAL: Final = 20


def gtin_and_serial(urn: str) -> tuple[Gtin, str] | None:
    """Give the GTIN-14 and serial of one package, or nothing where the URN names something else; raises EpcisError."""
    found = SGTIN.fullmatch(urn)
    if found is None:
        return None
    serial = _read_percent(found[3])
    if not 0 < len(serial) <= MOST_SERIAL:
        raise EpcisError("sgtin", f"has a serial that is not 1 to {MOST_SERIAL} characters")
    return _gtin(found[1], found[2]), serial


def gtin_of_pattern(urn: str) -> Gtin | None:
    """Give the GTIN of a class of packages (`urn:epc:idpat:sgtin:PREFIX.ITEM.*`), or nothing; raises EpcisError."""
    found = PATTERN.fullmatch(urn)
    return None if found is None else _gtin(found[1], found[2])


def sscc_digits(urn: str) -> str | None:
    """Give the eighteen digits of a carton or pallet (AI 00), or nothing; raises EpcisError."""
    found = SSCC.fullmatch(urn)
    if found is None:
        return None
    prefix, rest = found.groups()
    body = f"{rest[0]}{prefix}{rest[1:]}"
    if len(body) != 17:
        raise EpcisError("sscc", "does not have seventeen digits before its check digit")
    return body + gs1_check_digit(body)


def sgtin_urn(gtin: Gtin, serial: str, *, prefix_digits: int) -> str:
    """Name one package; `prefix_digits` says how many digits of the GTIN are the company's prefix (6 to 12)."""
    return f"urn:epc:id:sgtin:{_company(gtin, prefix_digits)}.{_write_percent(serial)}"


def pattern_urn(gtin: Gtin, *, prefix_digits: int) -> str:
    """Name the class of packages of a GTIN."""
    return f"urn:epc:idpat:sgtin:{_company(gtin, prefix_digits)}.*"


def sscc_urn(digits: str, *, prefix_digits: int) -> str:
    """Name a carton by its eighteen digits; raises EpcisError for a wrong check digit."""
    if not re.fullmatch(r"[0-9]{18}", digits) or gs1_check_digit(digits[:-1]) != digits[-1]:
        raise EpcisError("sscc", "is not eighteen digits with their check digit")
    return f"urn:epc:id:sscc:{digits[1 : 1 + prefix_digits]}.{digits[0]}{digits[1 + prefix_digits : 17]}"


# What stands as it is; everything else is written as % and the hexadecimal of its UTF-8 octets (RFC 3986, 2.1).
_NOT_PLAIN: Final = re.compile(r"[^A-Za-z0-9~!'()*+,\-.:;=_]+")
_PERCENT: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


def _write_percent(text: str) -> str:
    return _NOT_PLAIN.sub(lambda run: "".join(f"%{octet:02X}" for octet in run[0].encode()), text)


def _read_percent(text: str) -> str:
    return _PERCENT.sub(lambda run: bytes.fromhex(run[0].replace("%", "")).decode("utf-8", "replace"), text)


def _gtin(prefix: str, item: str) -> Gtin:
    body = f"{item[0]}{prefix}{item[1:]}"
    if len(body) != 13:
        raise EpcisError("sgtin", "does not have thirteen digits before its check digit")
    return Gtin(body + gs1_check_digit(body))


def _company(gtin: Gtin, prefix_digits: int) -> str:
    digits = gtin.digits
    return f"{digits[1 : 1 + prefix_digits]}.{digits[0]}{digits[1 + prefix_digits : 13]}"
