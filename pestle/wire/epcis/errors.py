"""What the codec says when a tracing document is not as EPCIS has it."""

from pestle.wire.errors import WireError


class EpcisError(WireError):
    """Names the element or the event by its place in the document."""

    def __init__(self, where: str, said: str) -> None:
        """Keep `where` (as `event 3 epcList`) and `said` (the rest of one sentence about it)."""
        super().__init__(where=where, said=said)
