"""What is taken out of use: recalled lots and the notices that mean them, returns and what suppliers take back."""

from pestle.records.withdrawn.recalls import Recall, RecallMatch
from pestle.records.withdrawn.returns import Return, ReturnLine, ReturnWindow
from pestle.records.withdrawn.suspects import Suspect, VerificationRequest

__all__ = ["Recall", "RecallMatch", "Return", "ReturnLine", "ReturnWindow", "Suspect", "VerificationRequest"]
