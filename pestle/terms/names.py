"""The name of a person."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class PersonName:
    """A family name and what belongs to it; a person with one name has only that.

    Raises ValueError when the family name is empty or a part has spaces around it.
    """

    family: str
    given: str = ""
    middle: str = ""
    suffix: str = ""

    def __post_init__(self) -> None:
        if not self.family:
            raise ValueError("A person's name needs at least the family name.")
        for part in (self.family, self.given, self.middle, self.suffix):
            if part != part.strip():
                raise ValueError(f"A part of a name has no spaces around it, unlike {part!r}.")

    @property
    def display(self) -> str:
        """Give it as it is spoken and printed on a label: Cleo M. Rivera Jr."""
        middle = f"{self.middle[0]}." if self.middle else ""
        return " ".join(part for part in (self.given, middle, self.family, self.suffix) if part)

    @property
    def listed(self) -> str:
        """Give it as lists sort it: Rivera Jr., Cleo M."""
        family = " ".join(part for part in (self.family, self.suffix) if part)
        given = " ".join(part for part in (self.given, f"{self.middle[0]}." if self.middle else "") if part)
        return f"{family}, {given}" if given else family

    @property
    def initials(self) -> str:
        """Give the first letters of given and family name, as on a dispensing record."""
        return "".join(part[0].upper() for part in (self.given, self.family) if part)

    def __str__(self) -> str:
        return self.display
