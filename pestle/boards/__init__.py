"""One file per board of pharmacy: values and local rules, with citation and effective date. Pure."""

from pestle.boards import michigan, washington
from pestle.rules.facts import BoardValues

_BOARDS = {board.VALUES.board: board.VALUES for board in (michigan, washington)}


def board_named(name: str) -> BoardValues:
    """This will give a board's values; one with no file here has none, so the answer is no."""
    return _BOARDS.get(name) or BoardValues(board=name)


def boards() -> tuple[BoardValues, ...]:
    """This will give every board that has a file here."""
    return tuple(_BOARDS.values())
