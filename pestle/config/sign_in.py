"""How sign-in differs from what allauth does by itself: nobody signs up, and a resting name says so in words."""

from collections.abc import Mapping

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

from pestle.pages.house.refusals import refused, stays_on_page
from pestle.pages.house.rights import open_to_all
from pestle.terms.findings import refuse

# Pages of allauth that stay shut: people are entered by who keeps people, and nothing is sent by mail.
_SHUT = (
    "signup/",
    "email/",
    "confirm-email/",
    "confirm-email/<path:key>/",
    "password/set/",
    "password/reset/",
    "password/reset/<path:rest>",
    "login/code/confirm/",
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Answers allauth's questions for this house."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "This name and this password do not go together. Look at both and try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs themselves up."""
        return False


def locked_out(request: HttpRequest, *_given: object) -> HttpResponse:
    """Say that a name rests after too many wrong passwords; axes calls this in place of the page's own answer."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    if stays_on_page(request):
        sentence = f"Too many wrong passwords: passwords under this name rest for {minutes} min. Scan your badge."
        return refused(request, refuse(sentence, rule="lockout", field="secret"))
    shown = {"minutes": minutes, "failures": settings.AXES_FAILURE_LIMIT}
    return render(request, "account/locked_out.html", shown, status=429)


def name_tried(request: HttpRequest, credentials: Mapping[str, str] | None = None) -> str:
    """Give the name under which somebody tries to sign in; axes counts by it. allauth calls it login in its form."""
    return (credentials or {}).get("username") or request.POST.get("login", "")


def shut_urls() -> list[URLPattern]:
    """Give the addresses that answer "not found" before allauth's own can answer."""
    return [path(address, _not_here) for address in _SHUT]


@open_to_all
def _not_here(request: HttpRequest, **_named: str) -> HttpResponse:
    raise Http404
