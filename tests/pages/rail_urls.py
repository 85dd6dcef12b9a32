"""A pharmacy with one station, for tests of the rail."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def queue(request: HttpRequest) -> HttpResponse:
    return HttpResponse("queue")


urlpatterns = [path("filling/", include(([path("", queue, name="queue")], "filling")))]
