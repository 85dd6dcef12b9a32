"""Keeps every earlier form of a row, written by the database itself: who changed what, by which act."""

from collections.abc import Callable, Iterable
from typing import TypeVar, cast

import pghistory
from django.db import models

Kept = TypeVar("Kept", bound=type[models.Model])

# Names of the settings a transaction carries for the triggers that pghistory wrote.
CONTEXT_ID = "pghistory.context_id"
CONTEXT = "pghistory.context_metadata"


def keeps_history(*, leaves_out: Iterable[str] = ()) -> Callable[[Kept], Kept]:
    """This will keep a row as it was before each change and before its deletion, append-only, in `<Model>History`.

    The row as it is now is the row itself, so nothing is stored twice. `leaves_out` names columns that are secret, or
    that change without anybody deciding it.
    """

    def dress(model: Kept) -> Kept:
        trackers = (pghistory.UpdateEvent("changed", row=pghistory.Old), pghistory.DeleteEvent("deleted"))
        tracked = pghistory.track(
            *trackers,
            exclude=list(leaves_out) or None,
            model_name=f"{model.__name__}History",
            obj_field=pghistory.ObjForeignKey(related_name="history"),
            context_field=pghistory.ContextJSONField(),
            append_only=True,
        )
        return cast(Kept, tracked(model))

    return dress
