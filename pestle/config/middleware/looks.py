"""Writes down who looked at which patient: 45 CFR 164.312(b)."""

from collections.abc import Callable
from typing import cast
from uuid import uuid4

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from pestle.pages.house.request import Request
from pestle.records.events import AccessLog
from pestle.records.people import Worker


class LooksAreWritten:
    """Middleware: every `request.saw(...)` of a page becomes a row, also where the page was refused.

    A page whose looks cannot be written is not shown: the fault takes its place.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked, seen = cast(Request, request), dict[int, None]()

        def saw(*patient_ids: int | None) -> None:
            seen.update((each, None) for each in patient_ids if each is not None)

        asked.saw = saw
        answer = self.get_response(request)
        if seen:
            _write(asked, tuple(seen))
        return answer


def _write(request: Request, patient_ids: tuple[int, ...]) -> None:
    worker: Worker = request.worker
    page = request.resolver_match.view_name if request.resolver_match else request.path
    number = uuid4()
    AccessLog.objects.bulk_create(
        AccessLog(
            pharmacy_id=worker.pharmacy_id,
            worker=worker,
            patient_id=each,
            at=request.arrived_at,
            page=page[:80],
            request_id=number,
        )
        for each in patient_ids
    )
