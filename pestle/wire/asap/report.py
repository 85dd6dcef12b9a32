"""A dispensing report as frozen values: its segments in order, every field as its own text."""

from dataclasses import dataclass

ELEMENT = "*"


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its name and its fields as text; `seg[5]` is field 05, "" where the segment ends before it."""

    id: str
    fields: tuple[str, ...] = ()

    def __getitem__(self, number: int) -> str:
        return self.fields[number - 1] if 0 < number <= len(self.fields) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One file, TH to TT; TH09 is the terminator itself and is not among TH's fields."""

    segments: tuple[Segment, ...]
    terminator: str = "~"
    line_break: str = "\n"

    @property
    def version(self) -> str:
        """TH01."""
        return self.segments[0][1] if self.segments else ""

    @property
    def control_number(self) -> str:
        """TH02, unique for each sender."""
        return self.segments[0][2] if self.segments else ""
