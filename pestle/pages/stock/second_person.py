"""The second person of an act: a badge scanned and a PIN typed beside the first person's screen."""

from pestle.pages.house.request import Request
from pestle.records.people import Worker
from pestle.stations import people


def second_person(request: Request) -> Worker | None:
    """Give whoever scanned a badge and typed its PIN; nobody where no badge was scanned."""
    badge = request.POST.get("badge", "").strip()
    if not badge:
        return None
    worker = people.worker_of_badge(badge, request.pharmacy)
    people.check_pin(worker, request.POST.get("pin", ""), request.arrived_at)
    return worker
