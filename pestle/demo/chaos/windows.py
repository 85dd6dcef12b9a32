"""Browser windows of the staff: some of what they do goes through the pages of the real page server.

A window that gets no answer is told so and sends the same form again, under the same number.
"""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from http.cookiejar import CookieJar
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPErrorProcessor, ProxyHandler, Request, build_opener
from uuid import UUID

from pestle.demo.people import STAFF
from pestle.records.handover import Bag
from pestle.terms.findings import Finding, Refused

SIGN_IN = "/accounts/login/"
CSRF_COOKIE = "pestle_csrf"
PATIENCE_SECONDS = 60.0
# The database is away, or the page server is: the page says to try again.
BUSY = frozenset({502, 503, 504})
FINDING = re.compile(r'data-finding="([^"]*)"')
IN_A_BAG = re.compile(r"/will-call/bags/(\d+)/")
LOOKED_AT = (
    "/board/", "/drop-off/", "/data-entry/", "/claims/", "/pre-check/", "/filling/", "/verification/", "/will-call/",
    "/where/", "/messages/",
)  # fmt: skip


class Unanswered(Exception):
    """The page server gave no answer, or one that says to try again: whether the act was done is not known."""


class PageFault(Exception):
    """A page answered with a fault of the program, or with what no page of it says."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a page is sent for an act, and how its answer is read from where it leads."""

    path: str
    fields: Mapping[str, Any]
    answer: Callable[[str], Any] = lambda _: None


def _bag_at(place: str) -> Bag:
    found = IN_A_BAG.search(place)
    if found is None:
        raise PageFault(f"After bagging, the page went to {place}.")
    return Bag(pk=int(found[1]))


# The acts that have a page, and the form by which a person does them there.
FORMS: Mapping[str, Callable[..., Form]] = MappingProxyType({
    "drop_off.begin_entry": lambda fill_id: Form(f"/drop-off/{fill_id}/start/", {}),
    "verification.approve": lambda fill_id: Form(f"/pre-check/{fill_id}/approve/", {}),
    "filling.finish": lambda fill_id: Form(f"/filling/{fill_id}/finish/", {}),
    "verification.verify": lambda fill_id, checked: Form(f"/verification/{fill_id}/answer/", {"checked": checked}),
    "will_call.bag": lambda fill_ids: Form("/will-call/bag/", {"fill": fill_ids}, _bag_at),
    "will_call.shelve": lambda bag_id, place_id: Form(f"/will-call/bags/{bag_id}/shelve/", {"place": place_id}),
})  # fmt: skip


@dataclass(slots=True)
class Window:
    """One person's browser: signed in once, and again after its session is gone."""

    url: str
    name: str
    password: str
    is_signed_in: bool = False
    cookies: CookieJar = field(default_factory=CookieJar)
    turn: threading.Lock = field(default_factory=threading.Lock)

    def send(self, form: Form, act_id: UUID) -> Any:
        """Send a form and give its answer; raises Refused, Unanswered or PageFault."""
        with self.turn:
            status, said, leads_to = self._post(form.path, form.fields, act_id)
        if status == 409:
            rules = FINDING.findall(said)
            if not rules:
                raise PageFault(f"{form.path} refused without a finding.")
            raise Refused(Finding(rule=rule, sentence=f"The page says: {rule}.") for rule in rules)
        if status not in {200, 204}:
            raise PageFault(f"{form.path} answered {status}.")
        return form.answer(leads_to)

    def look(self, path: str) -> None:
        """Look at a page; raises Unanswered or PageFault where it is not shown."""
        with self.turn:
            self._be_signed_in()
            status, _, _ = self._ask(self._page(path))
            if status in {302, 423}:
                # The bench has locked itself, or the session is over: next time.
                self.is_signed_in = False
                return
        if status != 200:
            raise PageFault(f"{path} answered {status}.")

    def _post(self, path: str, fields: Mapping[str, Any], act_id: UUID) -> tuple[int, str, str]:
        for _ in range(3):
            self._be_signed_in()
            status, said, leads_to = self._ask(self._request(path, fields, act_id))
            if status not in {403, 423} and SIGN_IN not in leads_to:
                return status, said, leads_to
            # The bench has locked itself, or the session is over.
            self.is_signed_in = False
        return status, said, leads_to

    def _be_signed_in(self) -> None:
        if self.is_signed_in:
            return
        self.cookies.clear()
        self._ask(self._page(SIGN_IN))
        status, _, leads_to = self._ask(self._request(SIGN_IN, {"login": self.name, "password": self.password}))
        if status != 204 or SIGN_IN in leads_to:
            raise PageFault(f"{self.name} could not sign in: {status} {leads_to}")
        self.is_signed_in = True

    def _request(self, path: str, fields: Mapping[str, Any], act_id: UUID | None = None) -> Request:
        token = next((each.value for each in self.cookies if each.name == CSRF_COOKIE), "")
        headers = {"HX-Request": "true", "X-CSRFToken": token or "", **({"X-Act-Id": str(act_id)} if act_id else {})}
        return self._page(path, data=urlencode(fields, doseq=True).encode(), headers=headers)

    def _page(self, path: str, **given: Any) -> Request:
        # The address is that of the page server which this program started itself.
        return Request(self.url + path, **given)  # noqa: S310

    def _ask(self, asked: Request) -> tuple[int, str, str]:
        opener = build_opener(ProxyHandler({}), _AnyAnswer, HTTPCookieProcessor(self.cookies))
        try:
            with opener.open(asked, timeout=PATIENCE_SECONDS) as answer:
                status, said = answer.status, answer.read().decode()
                leads_to = answer.headers.get("HX-Redirect") or answer.headers.get("Location") or ""
        except (OSError, HTTPException) as fault:
            raise Unanswered(f"{asked.selector}: {fault}") from None
        if status in BUSY:
            raise Unanswered(f"{asked.selector}: {status}")
        return status, said, leads_to


class _AnyAnswer(HTTPErrorProcessor):
    """Gives every answer as it came: no redirect is followed, no status is an error."""

    def http_response(self, request: Any, response: Any) -> Any:
        return response


def windows_at(url: str) -> dict[str, Window]:
    """This will give everybody of the staff a window, by given name; nobody is signed in yet."""
    return {each.given: Window(url, each.username, each.password) for each in STAFF}
