"""What is taken out of use: recalled lots, and the notices that may mean them."""

from pestle.records.withdrawn.recalls import Recall, RecallMatch

__all__ = ["Recall", "RecallMatch"]
