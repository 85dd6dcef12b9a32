"""Who gets past the middleware, and what everybody else is told."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from pestle.config.urls import urlpatterns as house
from pestle.pages.house.request import Request
from pestle.pages.house.rights import changes_nothing, may, shows_patients
from pestle.records.events import AccessLog
from pestle.records.people import Worker
from pestle.terms.findings import refuse
from pestle.terms.roles import PHARMACISTS, Role
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
SignIn = Callable[[Worker], Client]


def told(request: Request) -> HttpResponse:
    return HttpResponse(f"{request.worker.given} {request.pharmacy.name} {request.act_id}")


@may(PHARMACISTS)
def approved(request: Request) -> HttpResponse:
    return HttpResponse("approved")


@shows_patients
def profile(request: Request, pk: int) -> HttpResponse:
    request.saw(pk, None, pk)
    if request.GET.get("no"):
        raise refuse("This profile is in use.")
    return HttpResponse("Cleo")


@changes_nothing
def looked_up(request: Request) -> HttpResponse:
    return HttpResponse("found")


trial = (
    [
        path("told/", told, name="told"),
        path("approved/", approved, name="approved"),
        path("profile/<int:pk>/", profile, name="profile"),
        path("looked-up/", looked_up, name="looked_up"),
    ],
    "trial",
)
urlpatterns = [*house, path("trial/", include(trial))]

ACT = "11111111-2222-4333-8444-555555555555"


def worker_with(world: World, *roles: Role) -> Worker:
    world.gil.role_names = [role.value for role in roles]
    world.gil.save()
    return world.gil


def test_a_page_without_a_worker_asks_to_sign_in_and_comes_back(client: Client) -> None:
    answer = client.get("/trial/told/?page=2")

    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/trial/told/%3Fpage%3D2"


def test_a_part_of_a_page_without_a_worker_sends_the_whole_page_to_sign_in(client: Client) -> None:
    answer = client.get("/trial/told/", headers={"HX-Request": "true"})

    assert answer.status_code == 204
    assert answer["HX-Redirect"].startswith("/accounts/login/")


def test_a_page_knows_worker_pharmacy_and_act(world: World, signed_in: SignIn) -> None:
    answer = signed_in(world.ada).post("/trial/told/", {"act_id": ACT})

    assert answer.content.decode() == f"Ada Corner Street Pharmacy {ACT}"


def test_the_act_may_be_named_in_a_header_and_is_made_where_it_is_not(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.ada)

    named = client.post("/trial/told/", headers={"X-Act-Id": ACT})
    made = [client.post("/trial/told/").content.decode().split()[-1] for _ in range(2)]

    assert named.content.decode().endswith(ACT)
    assert UUID(made[0]) != UUID(made[1])


def test_a_damaged_act_id_is_no_act(world: World, signed_in: SignIn) -> None:
    assert signed_in(world.ada).post("/trial/told/", {"act_id": "twice"}).status_code == 400


def test_a_page_of_the_pharmacist_is_refused_to_a_technician_in_a_sentence(world: World, signed_in: SignIn) -> None:
    refused = signed_in(world.ada).get("/trial/approved/")
    opened = signed_in(world.ben).get("/trial/approved/")

    assert refused.status_code == 409
    assert "this page is for a pharmacist." in refused.content.decode()
    assert opened.content == b"approved"


def test_an_administrator_sees_no_patient(world: World, signed_in: SignIn) -> None:
    refused = signed_in(worker_with(world, Role.ADMINISTRATOR)).get(f"/trial/profile/{world.cleo.pk}/")

    assert refused.status_code == 409
    assert "an administrator keeps accounts and settings" in refused.content.decode()
    assert not AccessLog.objects.exists()


def test_an_auditor_reads_and_changes_nothing(world: World, signed_in: SignIn) -> None:
    client = signed_in(worker_with(world, Role.AUDITOR))

    assert client.get(f"/trial/profile/{world.cleo.pk}/").status_code == 200
    refused = client.post("/trial/told/")
    assert refused.status_code == 409
    assert "an auditor reads and changes nothing." in refused.content.decode()
    assert client.post("/trial/looked-up/").status_code == 200


def test_a_look_is_written_once_with_who_when_and_through_which_page(world: World, signed_in: SignIn) -> None:
    signed_in(world.ada).get(f"/trial/profile/{world.cleo.pk}/")

    look = AccessLog.objects.get()
    assert (look.worker, look.patient, look.pharmacy) == (world.ada, world.cleo, world.pharmacy)
    assert look.page == "trial:profile"


def test_a_look_is_written_also_where_the_page_was_refused(world: World, signed_in: SignIn) -> None:
    refused = signed_in(world.ada).get(f"/trial/profile/{world.cleo.pk}/?no=1")

    assert refused.status_code == 409
    assert AccessLog.objects.count() == 1


def test_a_refusal_to_a_kept_form_is_a_fragment_for_its_page(world: World, signed_in: SignIn) -> None:
    refused = signed_in(world.ada).get("/trial/approved/", headers={"HX-Request": "true"})

    assert refused.status_code == 409
    assert refused["HX-Retarget"] == "#refusals"
    assert "<html" not in refused.content.decode()


def test_a_full_refusal_gives_back_what_was_typed_but_no_secret(world: World, signed_in: SignIn) -> None:
    refused = signed_in(world.ada).post("/trial/approved/", {"quantity": "90", "pin": "730194", "act_id": ACT})

    page = refused.content.decode()
    assert "quantity: <b>90</b>" in page
    assert "730194" not in page
    assert ACT not in page


def test_somebody_who_left_is_let_in_nowhere(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.ada)
    assert client.get("/trial/told/").status_code == 200

    world.ada.is_active = False
    world.ada.save()

    assert client.get("/trial/told/")["Location"] == "/people/choose/"
    assert "You have no work at a pharmacy here" in client.get("/people/choose/").content.decode()
