"""Places are accounts: every quantity is somewhere, and an inside place never holds less than nothing."""

from enum import StrEnum


class PlaceKind(StrEnum):
    """What kind of account a place is."""

    SUPPLIER = "supplier"
    RECEIVING = "receiving"
    SHELF = "shelf"
    VAULT = "vault"
    BASKET = "basket"
    WILL_CALL = "will-call"
    DRIVER = "driver"
    QUARANTINE = "quarantine"
    PATIENT = "patient"
    WASTE = "waste"
    COUNT_DIFFERENCE = "count difference"
    RELABELLED = "relabelled"

    @property
    def is_inside(self) -> bool:
        """Whether what is here is ours and can be counted."""
        return self not in _OUTSIDE


_OUTSIDE = frozenset(
    {PlaceKind.SUPPLIER, PlaceKind.PATIENT, PlaceKind.WASTE, PlaceKind.COUNT_DIFFERENCE, PlaceKind.RELABELLED}
)
