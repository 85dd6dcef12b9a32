"""How a screen looks: on white, on black, or as the computer itself is set."""

from enum import StrEnum


class Look(StrEnum):
    """What somebody chose for their own pages, or for a bench; a dim bench, such as a hood, starts dark."""

    LIGHT = "light"
    DARK = "dark"
    COMPUTER = "computer"

    @property
    def words(self) -> str:
        """Give what stands on the button."""
        return "As the computer" if self is Look.COMPUTER else self.value.title()


def look_of(own: str, bench: str = "") -> Look:
    """Give the look of a page: one's own choice goes before the bench's, and light before none."""
    return Look(own or bench or Look.LIGHT)
