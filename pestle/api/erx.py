"""The door of the e-prescribing network: SCRIPT in, SCRIPT out, every request signed."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from pestle.stations.intake import erx
from pestle.terms.decimals import typed_whole

app_name = "erx"
XML = "application/xml; charset=utf-8"


@csrf_exempt
@require_POST
def script(request: HttpRequest) -> HttpResponse:
    """Take one message. 401 where it is not signed for us, 413 where it is too large; all else is said in SCRIPT."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return _not_signed()
    if (typed_whole(request.headers.get("Content-Length") or "0") or 0) > erx.LARGEST:
        return HttpResponse("A message is larger than this door.", status=413, content_type="text/plain")
    try:
        answer = erx.knock(request.body, token=token.strip(), at=timezone.now())
    except erx.NotSigned:
        return _not_signed()
    return HttpResponse(answer, content_type=XML)


def _not_signed() -> HttpResponse:
    answer = HttpResponse("The request is not signed for this door.", status=401, content_type="text/plain")
    answer["WWW-Authenticate"] = "Bearer"
    return answer


# Partners sign in with their token, so nobody has to be signed in at a bench.
script.is_open_to_all = True  # type: ignore[attr-defined]

urlpatterns = [path("", script, name="script")]
