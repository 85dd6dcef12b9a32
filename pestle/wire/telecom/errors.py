"""What the codec says when a message is not as the standard has it."""

from pestle.wire.errors import WireError


class TelecomError(WireError):
    """Names the segment and field by the standard's own numbers; never repeats the value, which may be a patient's."""

    def __init__(self, where: str, said: str) -> None:
        """Keep `where` (as `AM07 442-E7`) and `said` (one sentence about it)."""
        super().__init__(where=where, said=said)


class UnfitError(ValueError):
    """A value does not fit its picture; whoever knows the field turns this into a TelecomError."""
