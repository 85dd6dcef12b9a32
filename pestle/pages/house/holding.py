"""The form that puts work aside: a reason, an owner and a time, the same at every station."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pestle.pages.house.request import Request
from pestle.pages.house.typed import moment
from pestle.stations import waiting


def hold_fields(request: Request) -> dict[str, Any]:
    """Give the form its reasons and the times it proposes, by the clock on this wall."""
    local = request.arrived_at.astimezone(ZoneInfo(request.pharmacy.time_zone))
    tomorrow = (local + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    return {"reasons": waiting.REASONS, "tomorrow": tomorrow}


def hold_fill(request: Request, pk: int) -> None:
    """Put a fill aside as the form says; the worker who held it looks after it."""
    waiting.hold(
        act_id=request.act_id,
        by=request.worker,
        at=request.arrived_at,
        fill_id=pk,
        reason=request.POST.get("waiting_for", ""),
        wakes_at=moment(request, "wakes_at"),
        owner=request.worker,
        remark=request.POST.get("remark", ""),
    )
