"""The National Drug Code in its billing form."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Ndc:
    """Eleven digits, 5-4-2: labeler, product, package. Other written forms are read by `pestle.wire.ndc`.

    Raises ValueError unless there are exactly eleven digits.
    """

    digits: str

    def __post_init__(self) -> None:
        if len(self.digits) != 11 or not self.digits.isascii() or not self.digits.isdigit():
            raise ValueError(f"An NDC is kept as eleven digits without dashes, not {self.digits!r}.")

    @property
    def labeler(self) -> str:
        """Give the five digits of the maker, repacker or distributor."""
        return self.digits[:5]

    @property
    def product(self) -> str:
        """Give the four digits of the labeler's drug, strength and form."""
        return self.digits[5:9]

    @property
    def package(self) -> str:
        """Give the two digits of the package size."""
        return self.digits[9:]

    @property
    def dashed(self) -> str:
        """Give it as people read it: 00001-0123-45."""
        return f"{self.labeler}-{self.product}-{self.package}"

    def is_same_product_as(self, other: "Ndc") -> bool:
        """Say whether both are packages of one labeler's same product."""
        return self.digits[:9] == other.digits[:9]

    def __str__(self) -> str:
        return self.dashed
