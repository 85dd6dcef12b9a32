"""The addresses of all pages: each station under its own name, and sign-in."""

from importlib.util import find_spec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, URLPattern, URLResolver, include, path, reverse

from pestle.config.sign_in import shut_urls

handler500 = "pestle.config.faults.server_fault"

# A station's module in pestle/pages has `app_name` and `urlpatterns`; its prefix is its name, without its folder's.
STATIONS = (
    "board",
    "drop_off",
    "data_entry",
    "claims",
    "pre_check",
    "filling",
    "verification",
    "will_call",
    "pickup",
    "patients",
    "prescribers",
    "products",
    "stock.receiving",
    "stock.ordering",
    "stock.recalls",
    "stock.discrepancies",
    "stock.moves",
    "stock.expiring",
    "stock.returns",
    "stock.suspects",
    "where",
    "people",
    "scan",
    "messages",
    "desk.tasks",
    "refills",
    "calculator",
    "practice",
    "shorthand",
    "keeping",
    "help",
    "parts",
)


def first_page(request: HttpRequest) -> HttpResponse:
    """Open the board, or the worker's own page where there is none."""
    for name in ("board:index", "board:queue", "people:me"):
        try:
            return redirect(reverse(name))
        except NoReverseMatch:
            continue
    return redirect("people:choose")


def station_urls() -> list[URLResolver]:
    """Give the addresses of every station that is there."""
    modules = {name: f"pestle.pages.{name}" for name in STATIONS}
    return [
        path(f"{name.rpartition('.')[2].replace('_', '-')}/", include(module))
        for name, module in modules.items()
        if find_spec(module)
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    path("", first_page, name="first_page"),
    path("accounts/", include(shut_urls())),
    path("accounts/", include("allauth.urls")),
    path("api/erx/", include("pestle.api.erx")),
    path("api/", include("pestle.api.edi")),
    *station_urls(),
]
