"""Short words for reject codes and coded values; unreviewed, and never in place of the payer's own text."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from pestle.wire.telecom.table import rows


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectText:
    """What a reject code means, and the number of the field it complains of when it complains of one."""

    code: str
    words: str
    field: str | None
    is_reviewed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeText:
    """What one value of a coded field means."""

    number: str
    code: str
    words: str
    is_reviewed: bool = False


def reject_text(code: str) -> RejectText | None:
    """Give the words for a reject code, or nothing: then the code and the payer's text have to do."""
    return REJECTS.get(code.strip().upper())


def code_text(number: str, code: str) -> CodeText | None:
    """Give the words for one value of a field (`439-E4`, `DD`), or nothing; `05` and `5` are the same code."""
    return CODES.get(number, {}).get(_key(code))


def codes_of(number: str) -> tuple[CodeText, ...]:
    """Give the values of a field that the table knows, in its order."""
    return tuple(CODES.get(number, {}).values())


def _key(code: str) -> str:
    code = code.strip().upper()
    return (code.lstrip("0") or "0") if code.isdigit() else code


def _codes() -> Mapping[str, Mapping[str, CodeText]]:
    found: dict[str, dict[str, CodeText]] = {}
    for row in rows("codes.tsv"):
        found.setdefault(row["number"], {})[_key(row["code"])] = CodeText(
            number=row["number"], code=row["code"], words=row["words"]
        )
    return MappingProxyType(found)


REJECTS: Final[Mapping[str, RejectText]] = MappingProxyType(
    {
        row["code"]: RejectText(code=row["code"], words=row["words"], field=row["field"] or None)
        for row in rows("rejects.tsv")
    }
)
CODES: Final = _codes()
