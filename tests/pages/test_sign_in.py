"""The door: signing in, locking, coming back and handing over by badge and PIN."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, override_settings
from django.utils import timezone

from pestle.records.events import Act
from pestle.records.people import Shift, Worker
from pestle.records.pharmacies import Bench
from pestle.records.sessions import Session
from pestle.stations import people
from pestle.stations.people import badge_code
from pestle.terms.roles import Role
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
SignIn = Callable[[Worker], Client]
PIN = "730194"


def password(worker: Worker) -> str:
    return f"{worker.given.lower()} counts by fives"


def with_badge_and_pin(worker: Worker) -> str:
    act_id = uuid4()
    people.give_badge(act_id=act_id, by=worker, at=NOW, worker_id=worker.pk)
    people.set_pin(act_id=uuid4(), by=worker, at=NOW, worker_id=worker.pk, pin=PIN)
    return badge_code(act_id)


def sign_in(client: Client, worker: Worker, secret: str | None = None) -> HttpResponse:
    typed = {"login": worker.given.lower(), "password": password(worker) if secret is None else secret}
    return client.post("/accounts/login/", typed)


def unlock(client: Client, who: str, secret: str, back: str = "/") -> HttpResponse:
    return client.post("/people/unlock/", {"who": who, "secret": secret, "next": back})


@pytest.fixture(autouse=True)
def _nobody_has_tried_before() -> None:
    cache.clear()


@pytest.fixture
def bench(world: World) -> Bench:
    return Bench.objects.create(pharmacy=world.pharmacy, name="Filling 1", station="filling")


def test_name_and_password_open_the_pharmacy(world: World, client: Client) -> None:
    answer = sign_in(client, world.ada)

    assert answer["Location"] == "/people/start/"
    assert Session.objects.get(account=world.ada.account).get_decoded()["_auth_user_id"] == str(world.ada.account_id)
    assert "Ada Okafor" in client.get("/people/").content.decode()


def test_a_wrong_password_opens_nothing_and_does_not_tell_whether_the_name_exists(world: World, client: Client) -> None:
    known = sign_in(client, world.ada, "wrong wrong wrong wrong").content.decode()
    unknown = client.post("/accounts/login/", {"login": "nobody", "password": "wrong wrong wrong wrong"})

    sentence = "do not go together"
    assert sentence in known
    assert sentence in unknown.content.decode()
    assert client.get("/people/").status_code == 302


def test_five_wrong_passwords_let_the_name_rest_and_others_sign_in(world: World, client: Client) -> None:
    for _ in range(5):
        rested = sign_in(client, world.ada, "wrong wrong wrong wrong")

    right = sign_in(client, world.ada)

    assert rested.status_code == right.status_code == 429
    assert "This name rests for 15 minutes" in right.content.decode()
    assert sign_in(client, world.ben).status_code == 302


@pytest.mark.parametrize(
    "page", ["signup/", "password/reset/", "email/", "password/reset/key/1-a/", "login/code/confirm/"]
)
def test_nobody_signs_up_or_asks_for_mail(world: World, client: Client, page: str) -> None:
    assert client.get(f"/accounts/{page}").status_code == 404


def test_who_works_in_two_pharmacies_chooses_one(world: World, client: Client) -> None:
    elsewhere = world.pharmacy
    elsewhere.pk, elsewhere.ncpdp_id, elsewhere.name = None, "2399992", "Hill Pharmacy"
    elsewhere.save()
    second = Worker.objects.create(
        pharmacy=elsewhere, account=world.ada.account, given="Ada", family="Okafor", role_names=["technician"]
    )
    sign_in(client, world.ada)

    asked = client.get("/people/")
    client.post("/people/choose/", {"worker": second.pk})

    assert asked["Location"] == "/people/choose/"
    assert "Hill Pharmacy" in client.get("/people/").content.decode()


def test_nobody_chooses_the_work_of_somebody_else(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.ada)

    client.post("/people/choose/", {"worker": world.ben.pk})

    assert "Ada Okafor" in client.get("/people/me/").content.decode()


def test_a_locked_bench_shows_the_lock_on_every_page_and_does_nothing(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.ada)
    client.post("/people/lock/", {"next": "/people/"})

    page = client.get("/people/").content.decode()
    part = client.get("/people/", headers={"HX-Request": "true"})
    done = client.post(f"/people/{world.ada.pk}/pin/", {"pin": PIN, "password": password(world.ada)})

    assert "Scan your badge" in page
    assert 'name="next" value="/people/"' in page
    assert (part.status_code, part["HX-Refresh"]) == (423, "true")
    assert "Scan your badge" in done.content.decode()
    assert not Worker.objects.get(pk=world.ada.pk).pin


def test_a_locked_bench_closes_the_pages_of_the_sign_in_too_but_not_the_way_out(world: World, client: Client) -> None:
    sign_in(client, world.ada)
    client.get("/people/")
    client.post("/people/lock/")

    assert "Scan your badge" in client.get("/accounts/2fa/").content.decode()
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/people/")["Location"].startswith("/accounts/login/")


def test_the_pin_brings_back_who_was_here_to_where_they_were(world: World, signed_in: SignIn) -> None:
    with_badge_and_pin(world.ada)
    client = signed_in(world.ada)
    client.post("/people/lock/")

    answer = unlock(client, "ada", PIN, "/people/?page=2")

    assert answer["Location"] == "/people/?page=2"
    assert client.get("/people/").status_code == 200


def test_the_password_brings_back_who_was_here(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.ada)
    client.post("/people/lock/")

    assert unlock(client, "ada", password(world.ada)).status_code == 302
    assert client.get("/people/").status_code == 200


def test_another_server_is_never_the_way_back(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.ada)
    client.post("/people/lock/")

    assert unlock(client, "ada", password(world.ada), "https://evil.example/")["Location"] == "/"


def test_badge_and_pin_hand_the_bench_over_with_a_new_session_key(
    world: World, signed_in: SignIn, bench: Bench
) -> None:
    code = with_badge_and_pin(world.ben)
    client = signed_in(world.ada)
    client.post("/people/bench/", {"bench": bench.pk})
    opened = client.session["opened_at"]
    before = client.session.session_key
    client.post("/people/lock/")

    unlock(client, code, PIN)

    assert "Ben Levi" in client.get("/people/me/").content.decode()
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()
    assert (client.session["bench_id"], client.session["opened_at"]) == (bench.pk, opened)
    assert client.session["_auth_user_id"] == str(world.ben.account_id)
    standing = Shift.objects.get(bench=bench, until_at=None)
    assert standing.worker == world.ben
    assert Act.objects.filter(name="people.switch_worker", worker=world.ben).count() == 1


def test_unlocking_changes_the_session_key_too(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.ada)
    client.post("/people/lock/")
    before = client.session.session_key

    unlock(client, "ada", password(world.ada))

    assert client.session.session_key != before


def test_a_name_and_a_pin_do_not_take_over_a_bench(world: World, signed_in: SignIn) -> None:
    with_badge_and_pin(world.ben)
    client = signed_in(world.ada)
    client.post("/people/lock/")

    refused = unlock(client, "ben", PIN)

    assert refused.status_code == 409
    assert "scan your badge or type your password" in refused.content.decode()


def test_a_scanned_badge_asks_for_the_pin_of_its_owner(world: World, signed_in: SignIn) -> None:
    code = with_badge_and_pin(world.ben)
    client = signed_in(world.ada)
    client.post("/people/lock/")

    heard = client.post("/people/badge/", {"text": code}, headers={"HX-Request": "true", "X-Scan": "1"})

    assert "Ben, type your PIN." in heard.content.decode()
    assert '"state": "match"' in heard["HX-Trigger"]


@pytest.mark.parametrize("code", ["68180098001", "PXWAAAAAAAAAAAAAAAAX", ""])
def test_what_is_no_badge_of_ours_is_refused_in_a_sentence(world: World, signed_in: SignIn, code: str) -> None:
    client = signed_in(world.ada)
    client.post("/people/lock/")

    refused = client.post("/people/badge/", {"text": code}, headers={"HX-Request": "true", "X-Scan": "1"})

    assert refused.status_code == 409
    assert '"state": "stop"' in refused["HX-Trigger"]


def test_a_bench_nobody_touched_locks_itself_on_the_server(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.ada)
    assert client.get("/people/").status_code == 200
    session = client.session
    session["touched_at"] = (timezone.now() - timedelta(minutes=world.pharmacy.idle_lock_minutes + 1)).isoformat()
    session.save()

    assert "Scan your badge" in client.get("/people/").content.decode()
    assert client.session["locked_at"]


def test_what_asks_by_itself_is_nobody_at_work(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.ada)
    client.get("/people/")
    session = client.session
    session["touched_at"] = long_ago = (timezone.now() - timedelta(minutes=3)).isoformat()
    session.save()

    client.get("/people/", headers={"X-By-Itself": "1"})
    by_itself = client.session["touched_at"]
    client.get("/people/")

    assert by_itself == long_ago
    assert client.session["touched_at"] > long_ago


def test_after_twelve_hours_everybody_signs_in_anew(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.ada)
    client.get("/people/")
    session = client.session
    session["opened_at"] = (timezone.now() - timedelta(hours=12, minutes=1)).isoformat()
    session.save()

    assert client.get("/people/")["Location"].startswith("/accounts/login/")
    assert not Session.objects.filter(session_key=session.session_key).exists()


def test_a_computer_remembers_its_bench_past_sign_out(world: World, client: Client, bench: Bench) -> None:
    sign_in(client, world.ada)
    client.post("/people/bench/", {"bench": bench.pk})
    client.post("/accounts/logout/")

    assert "Filling 1" in client.get("/accounts/login/").content.decode()
    sign_in(client, world.ben)
    client.get("/people/start/")

    assert Shift.objects.get(bench=bench, until_at=None).worker == world.ben


@override_settings(SECOND_FACTOR_IN_PRACTICE=True)
def test_the_pharmacist_in_charge_sets_up_a_second_factor_first(world: World, signed_in: SignIn) -> None:
    asked = signed_in(world.priya).get("/people/")
    free = signed_in(world.ada).get("/people/")

    assert asked["Location"] == "/accounts/2fa/totp/activate/"
    assert free.status_code == 200


@override_settings(SECOND_FACTOR_IN_PRACTICE=True, COUNTER_NETWORKS=["10.1.0.0/16"])
def test_everybody_from_outside_the_counter_needs_a_second_factor(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.ada)

    assert client.get("/people/", REMOTE_ADDR="10.1.2.3").status_code == 200
    assert client.get("/people/", REMOTE_ADDR="203.0.113.9")["Location"] == "/accounts/2fa/totp/activate/"


def test_with_a_second_factor_a_password_alone_opens_nothing_and_a_code_works_once(
    world: World, client: Client
) -> None:
    secret = generate_totp_secret()
    TOTP.activate(world.ada.account, secret)

    asked = sign_in(client, world.ada)
    assert asked["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/people/")["Location"].startswith("/accounts/login/")

    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert client.post("/accounts/2fa/authenticate/", {"code": code})["Location"] == "/people/start/"

    other = Client()
    sign_in(other, world.ada)
    replayed = other.post("/accounts/2fa/authenticate/", {"code": code})
    assert "Incorrect code" in replayed.content.decode()


def test_the_pages_of_the_second_factor_stand_in_our_frame(world: World, client: Client) -> None:
    sign_in(client, world.ada)

    asked = client.get("/accounts/2fa/totp/activate/")
    client.post(asked["Location"], {"password": password(world.ada)})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()

    assert "reauthenticate" in asked["Location"]
    assert "data:image/svg+xml;base64," in page
    assert "people.css" in page
    assert not Authenticator.objects.exists()


def test_an_invited_person_chooses_a_password_once(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.priya)
    client.post(
        "/people/invite/", {"given": "Eve", "family": "Lund", "username": "eve", "roles": [Role.TECHNICIAN.value]}
    )
    eve = Worker.objects.get(given="Eve")
    page = client.post(f"/people/{eve.pk}/link/").content.decode()
    address = page.split("http://testserver")[1].split("<")[0]
    stranger = Client()

    too_short = stranger.post(address, {"password": "short", "again": "short"})
    chosen = stranger.post(address, {"password": "a lamp by the window", "again": "a lamp by the window"})

    assert "at least 15 characters" in too_short.content.decode()
    assert chosen["Location"] == "/accounts/login/"
    assert stranger.get(address).status_code == 410
    assert stranger.post("/accounts/login/", {"login": "eve", "password": "a lamp by the window"}).status_code == 302
