"""What was last typed into the calculator, kept in the session for one patient at a time."""

from collections.abc import Mapping
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

KEPT = "calculator_inputs"


class LastInputs:
    """The last inputs of one worker for one patient. Opening another patient forgets them; no patient keeps nothing."""

    def __init__(self, session: SessionBase, *, worker_id: int, patient_id: int | None) -> None:
        self.session = session
        self.key = f"{worker_id}-{patient_id}" if patient_id is not None else ""
        kept: Any = session.get(KEPT) or {}
        if kept and kept.get("for") != self.key:
            session.pop(KEPT)

    def of(self, calculation: str) -> Mapping[str, str]:
        """Give what was typed into this calculation for this patient; empty where nothing was."""
        kept: Any = self.session.get(KEPT) or {}
        return dict(kept.get("inputs", {}).get(calculation, {}))

    def keep(self, calculation: str, typed: Mapping[str, str]) -> None:
        """Keep what was typed."""
        if self.key:
            kept: Any = self.session.get(KEPT) or {"for": self.key, "inputs": {}}
            kept["inputs"][calculation] = dict(typed)
            self.session[KEPT] = kept
