"""What pages show when something is not as usual: nothing there, waiting, a fault, no answer, a no, a stop, locked."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.urls import reverse

from pestle.config.screens import hands
from pestle.demo import quiet
from pestle.demo.page_list import PAGES, ListedPage
from pestle.demo.people import STAFF, Person
from pestle.records.pharmacies import Pharmacy
from pestle.terms.roles import Role

if TYPE_CHECKING:
    from playwright.sync_api import Page

Act = Callable[["Page"], None]
Address = Callable[[Pharmacy], str | None]


@dataclass(frozen=True, slots=True)
class State:
    """A page in a state: how it is named, where it is, in whose hands, and what is done before one looks."""

    name: str
    address: Address
    who: Person | None
    act: Act | None = None
    is_long: bool = False
    is_alone: bool = False


def person_of(role: Role) -> Person:
    """Give the first of the staff with this role."""
    return next(each for each in STAFF if each.role is role)


def as_it_opens(page: ListedPage) -> State:
    """Give a listed page as it stands when it opens."""
    return State(page.title, page.address, person_of(page.role), is_long=page.is_long)


def _on(title: str) -> ListedPage:
    return next(each for each in PAGES if each.title == title)


def _state(name: str, title: str, act: Act, *, is_alone: bool = False, role: Role | None = None) -> State:
    page = _on(title)
    return State(name, page.address, person_of(role or page.role), act, is_alone=is_alone)


def _at(path: str) -> Address:
    return lambda pharmacy: path


def _named(name: str, query: str = "") -> Address:
    return lambda pharmacy: reverse(name) + query


def _keys(*names: str) -> Act:
    return lambda page: hands.press(page, *names)


def _typed(field: str, words: str, *names: str) -> Act:
    return lambda page: hands.type_into(page, field, words, *names)


def _whole_page(template: str) -> Act:
    return lambda page: page.set_content(_with_base(render_to_string(template), page.url))


def _with_base(html: str, url: str) -> str:
    return html.replace("<head>", f'<head><base href="{url}">', 1)


ADA, BEN = person_of(Role.CERTIFIED_TECHNICIAN), person_of(Role.PHARMACIST)
_EMPTY = (
    "board:index", "board:waiting", "drop_off:queue", "data_entry:queue", "claims:queue", "pre_check:queue",
    "filling:queue", "verification:queue", "will_call:queue", "will_call:due", "messages:queue", "products:index",
    "patients:index", "prescribers:index", "shorthand:index",
)  # fmt: skip

STATES: tuple[State, ...] = (
    # The door.
    State("sign in", _at("/accounts/login/"), None),
    State("sign in refused", _at("/accounts/login/"), None, hands.sign_in_wrongly, is_alone=True),
    State("locked", _named("board:index"), ADA, _keys("Alt+l"), is_alone=True),
    State("locked badge scanned", _named("board:index"), ADA, hands.lock_and_scan_badge, is_alone=True),
    # Nothing is there.
    *(State(f"empty {name.replace(':', ' ').replace('_', ' ')}", _named(name), quiet.QUINN) for name in _EMPTY),
    State("nothing found where", _named("where:index", "?q=zzzz"), ADA),
    State("nothing found patients", _named("patients:index", "?q=zzzz"), ADA),
    State("nothing found products", _named("products:index", "?q=zzzz"), ADA),
    # A no.
    _state("refused page", "pre check check", lambda page: None, role=Role.CERTIFIED_TECHNICIAN),
    _state("refused field", "data entry sheet", _typed("[name=quantity]", "", "F10")),
    _state("refused many fields", "drop off new paper", _keys("F10")),
    _state("refused form", "patients profile", hands.press_first_button),
    _state("help", "data entry sheet", _keys("F1")),
    # The line, the program, the other side.
    _state("waiting", "data entry sheet", partial(hands.send, how="wait"), is_alone=True),
    _state("fault in place", "data entry sheet", partial(hands.send, how="fault"), is_alone=True),
    _state("no answer in place", "data entry sheet", partial(hands.send, how="cut"), is_alone=True),
    _state("offline", "data entry sheet", hands.go_offline, is_alone=True),
    State("fault page", _at("/accounts/login/"), None, _whole_page("fault.html"), is_alone=True),
    State("no database page", _at("/accounts/login/"), None, _whole_page("no_answer_from_the_database.html"),
          is_alone=True),
    # Scans.
    State("scan unknown", _named("board:index"), ADA, partial(hands.scan, text="ZZ-0000-ZZ")),
    _state("drugs found", "data entry sheet", hands.look_up_a_drug),
    _state("filling match", "filling fill to count", hands.scan_right_bottle, is_alone=True),
    _state("filling mismatch", "filling fill to count", hands.scan_wrong_bottle, is_alone=True),
    _state("filling hold open", "filling fill to count", _keys("F9"), is_alone=True),
    _state("verification vial scanned", "verification check", hands.scan_vial, is_alone=True),
    _state("verification original", "verification check", _keys("F8"), is_alone=True),
    _state("pre check hold", "pre check check", _keys("F9"), is_alone=True),
    State("pickup bags", _named("pickup:index"), ADA, hands.ask_for_somebody, is_alone=True),
    State("pickup bags scanned", _named("pickup:index"), ADA, partial(hands.ask_for_somebody, scans=True),
          is_alone=True),
    State("pickup wrong bag", _named("pickup:index"), ADA, partial(hands.ask_for_somebody, wrong=True), is_alone=True),
    State("pickup nobody found", _named("pickup:index"), ADA, hands.ask_for_nobody, is_alone=True),
)  # fmt: skip
