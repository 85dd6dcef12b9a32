"""What the codec says when a report is not as the standard has it."""

from pestle.wire.errors import WireError


class AsapError(WireError):
    """Names the field by the standard's own number (`DSP09 of segment 5`); never repeats the value."""

    def __init__(self, where: str, said: str) -> None:
        """Keep `where` and `said` (the rest of one sentence about it)."""
        super().__init__(where=where, said=said)
