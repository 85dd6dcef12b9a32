"""What holds for every answer of every address: forms are ours, frames are shut, nobody unknown passes the door."""

from collections.abc import Iterator

import pytest
from django.test import Client

from pestle.demo.page_list import PAGES
from pestle.pages.house import rights
from pestle.terms.roles import Role
from tests.doors.addresses import Address, addresses
from tests.doors.streets import Streets, a_try, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# Shown in a frame of our own page beside the typed fields, and nowhere else.
FRAMED = frozenset({"drop_off:document", "data_entry:original"})


def every_address(streets: Streets) -> Iterator[tuple[Address, str]]:
    """Every address of a row at Corner Street, and each listed page with its own row."""
    named = {address.name: address for address in addresses()}
    for address in named.values():
        yield address, address.at(*address.arguments(streets.here.pharmacy))
    for page in PAGES:
        if page.name in named and (at := page.address(streets.here.pharmacy)):
            yield named[page.name], at


def test_no_form_of_another_site_is_taken(streets: Streets) -> None:
    client = signed_in(streets.worker(Role.PHARMACIST_IN_CHARGE), checks_csrf=True)
    taken = list[str]()
    for address, at in every_address(streets):
        with a_try():
            status = client.post(at, {"reason": "x"}).status_code
        if status != (401 if address.station in {"erx", "edi"} else 403):
            taken.append(f"{address.name}: {status}")

    assert taken == []


def test_every_answer_is_shut_to_frames_and_says_what_it_is(streets: Streets) -> None:
    client = signed_in(streets.worker(Role.PHARMACIST_IN_CHARGE))
    wrong = list[str]()
    for address, at in every_address(streets):
        with a_try():
            answer = client.get(at)
        frames = ("SAMEORIGIN", "'self'") if address.name in FRAMED else ("DENY", "'none'")
        policy = answer.headers.get("Content-Security-Policy", "")
        if answer.headers.get("X-Frame-Options") != frames[0] or f"frame-ancestors {frames[1]}" not in policy:
            wrong.append(f"{address.name}: framed by {answer.headers.get('X-Frame-Options')}, {policy}")
        if answer.headers.get("X-Content-Type-Options") != "nosniff" or "no-store" not in answer["Cache-Control"]:
            wrong.append(f"{address.name}: {answer.headers}")

    assert "\n".join(wrong) == ""


def test_every_address_but_the_door_asks_who_is_there(streets: Streets) -> None:
    open_ones = list[str]()
    for address, at in every_address(streets):
        with a_try():
            answer = Client(raise_request_exception=False).get(at)
        led_away = answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
        if not led_away and not address.has(rights.OPEN_TO_ALL):
            open_ones.append(f"{address.name}: {answer.status_code}")

    assert open_ones == ["first_page: 302"] * open_ones.count("first_page: 302")
