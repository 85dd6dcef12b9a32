"""The doors of suppliers: X12 and EPCIS in, every request signed."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from pestle.stations.stock import supplier_door

app_name = "edi"


@csrf_exempt
@require_POST
def documents(request: HttpRequest) -> HttpResponse:
    """Take one X12 interchange and answer it with a 997. 401 where it is not signed for us, 413 where too large."""
    return _taken(request, is_tracing=False, answers_with=supplier_door.X12_TYPE)


@csrf_exempt
@require_POST
def tracing(request: HttpRequest) -> HttpResponse:
    """Take one EPCIS document and say in a sentence whether it was taken."""
    return _taken(request, is_tracing=True, answers_with="text/plain; charset=utf-8")


def _taken(request: HttpRequest, *, is_tracing: bool, answers_with: str) -> HttpResponse:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return _not_signed()
    if int(request.headers.get("Content-Length") or 0) > supplier_door.LARGEST:
        return HttpResponse("A document is larger than this door.", status=413, content_type="text/plain")
    try:
        answer = supplier_door.knock(request.body, token=token.strip(), at=timezone.now(), is_tracing=is_tracing)
    except supplier_door.NotSigned:
        return _not_signed()
    return HttpResponse(answer, content_type=answers_with)


def _not_signed() -> HttpResponse:
    answer = HttpResponse("The request is not signed for this door.", status=401, content_type="text/plain")
    answer["WWW-Authenticate"] = "Bearer"
    return answer


# Partners sign in with their token, so nobody has to be signed in at a bench.
for door in (documents, tracing):
    door.is_open_to_all = True  # type: ignore[attr-defined]

urlpatterns = [path("edi/", documents, name="documents"), path("epcis/", tracing, name="tracing")]
