"""One word of directions with its meaning."""

from typing import NamedTuple


class Token(NamedTuple):
    """One word of directions with its meaning; `text` is how it was written."""

    kind: str
    value: str
    text: str


END = Token("end", "", "")
