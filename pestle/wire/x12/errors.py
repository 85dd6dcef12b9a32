"""What the codec says when a file is not as X12 has it."""

from pestle.wire.errors import WireError


class X12Error(WireError):
    """Names the segment and element by the standard's own numbers (`SE01 of set 0001`); never repeats the value."""

    def __init__(self, where: str, said: str) -> None:
        """Keep `where` and `said` (the rest of one sentence about it)."""
        super().__init__(where=where, said=said)
