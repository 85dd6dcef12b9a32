"""How a "no" is said: beside the field it speaks of, or as a page of its own."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pestle.pages.house.scans import IS_SCAN, announce
from pestle.terms.findings import Finding, Refused
from pestle.terms.roles import spoken

# Words that open a sentence and are no name, so that they go small after "No, because".
_OPENER = re.compile(
    r"(?:an?|the|this|that|these|those|its?|there|they|he|she|you|your|we|our|only|no|none|nobody|not|one|two|three|four"
    r"|five|six|each|every|all|any|some|both|at|by|for|from|in|on|to|with|without|after|before|until|since|when|while|if"
    r"|another|more|less|too|last|next|nothing|what|which|who)",
    re.IGNORECASE,
)


_NEVER_GIVEN_BACK = frozenset({"csrfmiddlewaretoken", "act_id", "next", "password", "again", "secret", "pin"})


@dataclass(frozen=True, slots=True)
class RefusalRow:
    """One finding as it is shown."""

    finding: Finding
    sentence: str
    lift: str


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Answer a refused act: 409, as a fragment for a form or scan that stays on its page, else as a full page.

    A fragment lands in `#refusals` and the page moves each finding beside the field it names, so no typing is lost.
    """
    if not stays_on_page(request):
        shown = {"refusals": refusal.findings, "back": _came_from(request), "typed": _typed(request)}
        return render(request, "refused.html", shown, status=HTTPStatus.CONFLICT)
    answer = render(request, "parts/refused.html", {"findings": refusal.findings}, status=HTTPStatus.CONFLICT)
    answer["HX-Retarget"] = "#refusals"
    answer["HX-Reswap"] = "innerHTML"
    if request.headers.get(IS_SCAN):
        words = " ".join(row.sentence for row in rows_of(refusal.findings))
        announce(answer, state="stop", said="No", words=words)
    return answer


def stays_on_page(request: HttpRequest) -> bool:
    """Say whether the page that asks stays where it is and takes a fragment as the answer."""
    return bool(request.headers.get("HX-Request"))


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Give back what was typed, for a browser that sends forms by itself; never a password or a PIN."""
    return [
        (name.replace("_", " "), value)
        for name, values in request.POST.lists()
        if name not in _NEVER_GIVEN_BACK
        for value in values
        if value
    ]


def _came_from(request: HttpRequest) -> str:
    """Give the page before this one, on this server only."""
    before = urlsplit(request.headers.get("Referer", ""))
    return f"/{before.path.lstrip('/')}{f'?{before.query}' if before.query else ''}"


def rows_of(findings: Iterable[Finding], *, waits_for: str = "") -> tuple[RefusalRow, ...]:
    """Give each finding with its sentence and who can lift it."""
    return tuple(RefusalRow(each, because(each.sentence, waits_for=waits_for), lift(each)) for each in findings)


def because(sentence: str, *, waits_for: str = "") -> str:
    """Turn a rule's sentence into the answer: "No, because ...", or "Waits for Ben, because ..."."""
    first, space, rest = sentence.partition(" ")
    told = f"{first.lower()}{space}{rest}" if _OPENER.fullmatch(first) else sentence
    return f"{f'Waits for {waits_for}' if waits_for else 'No'}, because {told}"


def lift(finding: Finding) -> str:
    """Say who can lift a finding."""
    who = spoken(finding.lifted_by)
    return "Nobody" if not finding.lifted_by else f"{who[:1].upper()}{who[1:]}"
