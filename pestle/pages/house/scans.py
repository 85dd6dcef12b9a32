"""The answer to a scan: what changed on the page, and the one to four words for the scan bar."""

import json
from http import HTTPStatus

from django.http import HttpResponse

from pestle.stations.scanning import Scanned

IS_SCAN = "X-Scan"
STATES = ("ready", "match", "ask", "stop")


def scan_answer(state: str, said: str, *, words: str = "", html: str = "", go: str = "") -> HttpResponse:
    """Answer a scan. `html` replaces the page's scan target; `go` opens the work that was scanned.

    `state` is match, ask or stop (it chooses colour and sound), `said` stands in the scan bar, `words` is the whole
    sentence for the live region.
    """
    answer = HttpResponse(html, status=HTTPStatus.OK if html else HTTPStatus.NO_CONTENT)
    announce(answer, state=state, said=said, words=words)
    if go:
        answer["HX-Redirect"] = go
    return answer


def not_here(found: Scanned, wanted: str) -> HttpResponse:
    """Answer a code that has no use on this page: what it is, and what is wanted here."""
    return scan_answer("ask" if found.is_known else "stop", found.name[:40], words=found.not_here(wanted))


def announce(answer: HttpResponse, *, state: str, said: str, words: str = "") -> None:
    """Let an answer speak in the scan bar, in colour and in sound."""
    if state not in STATES:
        raise ValueError(f"A scan bar is {', '.join(STATES)}, not {state}.")
    answer["HX-Trigger"] = json.dumps({"scanned": {"state": state, "said": said, "words": words or said}})
