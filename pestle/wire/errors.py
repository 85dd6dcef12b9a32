"""What every codec says when bytes are not what the standard asks for."""


class WireError(ValueError):
    """Bytes or a value that a format cannot carry: where, as the standard numbers it, and one sentence."""

    def __init__(self, *, where: str, said: str) -> None:
        super().__init__(f"{where}: {said}")
        self.where = where
        self.said = said
