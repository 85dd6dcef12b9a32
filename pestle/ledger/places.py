"""Places are accounts: every quantity is somewhere, and an inside place never holds less than nothing."""

from enum import StrEnum


class PlaceKind(StrEnum):
    """What kind of account a place is."""

    SUPPLIER = "supplier"
    RECEIVING = "receiving"
    SHELF = "shelf"
    FRIDGE = "fridge"
    FREEZER = "freezer"
    VAULT = "vault"
    BASKET = "basket"
    WILL_CALL = "will-call"
    OWED = "owed"
    DRIVER = "driver"
    RETURN_BIN = "return bin"
    QUARANTINE = "quarantine"
    RECALL_HOLD = "recall hold"
    OUTDATED = "outdated"
    PATIENT = "patient"
    WASTE = "waste"
    REVERSE_DISTRIBUTOR = "reverse distributor"
    OTHER_PHARMACIES = "other pharmacies"
    COUNT_DIFFERENCE = "count difference"
    RELABELLED = "relabelled"

    @property
    def is_inside(self) -> bool:
        """Whether what is here is ours and can be counted."""
        return self not in _OUTSIDE


_OUTSIDE = frozenset({
    PlaceKind.SUPPLIER, PlaceKind.PATIENT, PlaceKind.WASTE, PlaceKind.REVERSE_DISTRIBUTOR, PlaceKind.OTHER_PHARMACIES,
    PlaceKind.COUNT_DIFFERENCE, PlaceKind.RELABELLED,
})  # fmt: skip
# Where stock stands to be dispensed from; what is anywhere else is on its way, set apart or in somebody's work.
FOR_USE = (PlaceKind.SHELF, PlaceKind.FRIDGE, PlaceKind.FREEZER, PlaceKind.VAULT)
ON_SHELVES = tuple(kind.value for kind in FOR_USE)
# Where stock stands that is ours and not for use: it is counted until it is gone.
SET_APART = (PlaceKind.RETURN_BIN, PlaceKind.QUARANTINE, PlaceKind.RECALL_HOLD, PlaceKind.OUTDATED)
# Between these a person moves stock by scan; every other place is moved to and from by an act of its own.
MOVED_BY_SCAN = (*FOR_USE, PlaceKind.OWED, PlaceKind.RETURN_BIN, PlaceKind.QUARANTINE, PlaceKind.OUTDATED)
