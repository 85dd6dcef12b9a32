"""What a person sees when the program itself fails: plain words, and whether trying again helps."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

_AGAIN_AFTER_SECONDS = "5"


def server_fault(request: HttpRequest) -> HttpResponse:
    """Give the page for an exception nobody answered: a lost database is told apart from a fault of ours."""
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return _page("no_answer_from_the_database.html", 503)
    return _page("fault.html", 500)


def _page(template: str, status: int) -> HttpResponse:
    # Rendered without the request: its session and account would ask the database again.
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": _AGAIN_AFTER_SECONDS} if status == 503 else {})
    return HttpResponse(render_to_string(template), status=status, headers=headers)
