"""Answers to a form that was sent without leaving its page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

GO = "HX-Redirect"


class GoOn:
    """Middleware: a redirect in answer to a kept form becomes "go there", so the new page is asked for once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if request.headers.get("HX-Request") and answer.status_code in (301, 302, 303):
            return go_to(answer["Location"], like=answer)
        return answer


def go_to(url: str, *, like: HttpResponseBase | None = None) -> HttpResponse:
    """Tell the page that asks to open another one; cookies of `like` are kept."""
    answer = HttpResponse(status=204)
    answer[GO] = url
    if like is not None:
        answer.cookies = like.cookies
    return answer
