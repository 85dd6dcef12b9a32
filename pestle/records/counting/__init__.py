"""What people counted: the rest after each controlled fill, and what came of it where it differed."""

from pestle.records.counting.discrepancies import BackCount, Discrepancy

__all__ = ["BackCount", "Discrepancy"]
