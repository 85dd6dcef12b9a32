"""What repeats: cutting a run of fields into the items under a count or a counter."""

from collections.abc import Iterable

from pestle.wire.telecom.table import SegmentShape
from pestle.wire.telecom.transmission import Field


def items(shape: SegmentShape, fields: Iterable[Field], under: str) -> tuple[tuple[Field, ...], ...]:
    """Cut the fields that stand under one count or counter into its items, each with what is nested in it.

    An item begins with the table's first field, or, where a sender left that out, when a field comes a second time.
    """
    found: list[list[Field]] = []
    for field in fields:
        if field.id not in shape.branches[under]:
            continue
        if not found or _begins(shape, found[-1], field, under):
            found.append([])
        found[-1].append(field)
    return tuple(tuple(item) for item in found)


def plain(shape: SegmentShape, fields: Iterable[Field]) -> tuple[Field, ...]:
    """Give the known fields that stand under no count or counter, counts and counters left out."""
    known = ((field, shape.fields.get(field.id)) for field in fields)
    return tuple(f for f, s in known if s is not None and not (s.under or s.is_count or s.is_counter))


def _begins(shape: SegmentShape, item: list[Field], field: Field, under: str) -> bool:
    if field.id == shape.leaders[under]:
        return True
    is_direct = shape.fields[field.id].under == under
    return is_direct and any(field.id == earlier.id for earlier in item)
