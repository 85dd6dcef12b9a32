"""Gives every request the number of its act and the one moment it speaks of, and shows refusals."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID, uuid4

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from pestle.pages.house.refusals import refused
from pestle.pages.house.request import Request
from pestle.terms.decimals import typed_whole
from pestle.terms.findings import Refused, refuse

FIELD = "act_id"
HEADER = "X-Act-Id"
MOST_BYTES = 16 * 1024 * 1024
TOO_LARGE = "What was sent is larger than 16 MB. Go back, and scan it with fewer dots per inch."
# PostgreSQL keeps no text with it.
NOTHING = "\0"


class ActOfTheRequest:
    """Middleware: `request.act_id` and `request.arrived_at`; a `Refused` of the page becomes its answer, once, here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = cast(Request, request)
        asked.arrived_at = timezone.now()
        # Said before anything of it is read: a body of any size would be laid on the disk first.
        if (typed_whole(request.META.get("CONTENT_LENGTH") or "0") or 0) > MOST_BYTES:
            return HttpResponse(TOO_LARGE, status=413, content_type="text/plain")
        asked.act_id = _act_id(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., HttpResponseBase], _given: Any, _named: Any
    ) -> HttpResponse | None:
        """Refuse a character that no row can keep; a keyboard has no key for it, so nothing honest is lost."""
        asked = [request.GET, request.POST] if request.method == "POST" else [request.GET]
        if any(NOTHING in text for each in asked for name, values in each.lists() for text in (name, *values)):
            return refused(request, refuse("What was sent has a character in it that cannot be kept.", rule="text"))
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Show a refusal; anything else is a fault of ours and goes on."""
        return refused(request, exception) if isinstance(exception, Refused) else None


def _act_id(request: HttpRequest) -> UUID:
    given = request.headers.get(HEADER) or (request.POST.get(FIELD) if request.method == "POST" else None)
    if not given:
        return uuid4()
    try:
        return UUID(given)
    except ValueError as error:
        raise BadRequest("The number of an act is a UUID.") from error
