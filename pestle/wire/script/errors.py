"""What the SCRIPT codec says when a message cannot be read or must not be sent."""

from pestle.wire.errors import WireError


class ScriptError(WireError):
    """A refusal that names the element by its path and carries the codes an Error message would answer with.

    The sentence never repeats what the element held, because that may be about a patient.
    `code` is 900 or 60x, `description_code` e.g. 500 for broken XML, 1000 for an element that cannot be identified,
    2000 for bad content, 3000 for a broken rule, 4040 for an unsupported transaction.
    """

    def __init__(self, *, where: str, said: str, code: str = "900", description_code: str = "2000") -> None:
        super().__init__(where=where, said=said)
        self.code = code
        self.description_code = description_code
