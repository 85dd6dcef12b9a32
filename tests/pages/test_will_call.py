"""Will-call's pages: bagging and shelving by scan, days and last days, the driver, returns in one scan."""

from collections.abc import Callable
from hashlib import sha256

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from pestle.records.events import AccessLog
from pestle.records.fills import Fill
from pestle.records.handover import Bag, Sale
from pestle.records.people import Worker
from pestle.stations import scanning
from tests.street import walk
from tests.world import World

SignIn = Callable[[Worker], Client]


@pytest.fixture
def bench(world: World, signed_in: SignIn) -> Client:
    return signed_in(world.ada)


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_the_shelf_is_shown_by_what_goes_back_first(world: World, bench: Client) -> None:
    walk(world, to="in_will_call")
    walk(world, world.fill(world.prescribe("warfarin 5 mg")), to="verified")
    html = page(bench, "/will-call/")

    for words in ("W-12", "Cleo M.", "store&#x27;s days", "warfarin", "Bag 1"):
        assert words in html
    assert "Marchetti" not in html, "Lists show the given name and an initial."
    assert AccessLog.objects.filter(patient=world.cleo, page="will_call:queue").exists()


def test_empty_shelves_are_good_news(world: World, bench: Client) -> None:
    assert "No bag stands in will-call" in page(bench, "/will-call/")


def test_a_verified_vial_is_bagged_by_its_scan_and_the_bag_shelved_by_its_place(world: World, bench: Client) -> None:
    fill = walk(world, to="verified")

    bench.post("/will-call/scan/", {"text": scanning.label_code(fill)})
    bag = Bag.objects.get()
    bench.post(f"/will-call/bags/{bag.pk}/scan/", {"text": scanning.place_code(world.places["W-12"])})

    fill.refresh_from_db()
    assert (fill.state, fill.bag, Bag.objects.get().place) == ("in_will_call", bag, world.places["W-12"])


def test_a_vial_that_is_not_verified_is_not_bagged(world: World, bench: Client) -> None:
    fill = walk(world, to="filled")

    answer = bench.post("/will-call/scan/", {"text": scanning.label_code(fill)})

    assert "stop" in answer["HX-Trigger"]
    assert not Bag.objects.exists()


def test_several_are_bagged_by_one_button(world: World, bench: Client) -> None:
    fills = [walk(world, to="verified"), walk(world, world.fill(world.prescribe("warfarin 5 mg")), to="verified")]

    bench.post("/will-call/bag/", {"fill": [each.pk for each in fills]})

    assert Bag.objects.get().fills.count() == 2


def test_a_bag_shows_what_is_in_it_and_its_tag(world: World, bench: Client) -> None:
    fill = walk(world, to="in_will_call")
    assert fill.bag is not None
    html = page(bench, f"/will-call/bags/{fill.bag.pk}/")

    for words in ("Cleo Marchetti", "lisinopril", "W-12", "Return to stock", "Somebody is here"):
        assert words in html
    assert bench.get(f"/will-call/bags/{fill.bag.pk}/tag.pdf").content.startswith(b"%PDF")


def test_a_bag_goes_out_and_is_delivered_with_its_proofs(world: World, bench: Client) -> None:
    fill = walk(world, to="in_will_call")
    assert fill.bag is not None
    url = f"/will-call/bags/{fill.bag.pk}"
    bench.post(f"{url}/send-out/")
    assert "Handed over at the door" in page(bench, f"{url}/")

    told = {"signed": "Cleo Marchetti", "counsel": "refused", "payment": "card", "reference": "4471"}
    assert bench.post(f"{url}/deliver/", told | {"signed": ""}).status_code == 409
    assert bench.post(f"{url}/deliver/", told).status_code == 302

    assert Fill.objects.get(pk=fill.pk).state == "sold"
    assert Sale.objects.get().payments.get().reference == "4471"


def test_a_bag_comes_back_from_the_driver_by_the_scan_of_its_place(world: World, bench: Client) -> None:
    fill = walk(world, to="in_will_call")
    assert fill.bag is not None
    bench.post(f"/will-call/bags/{fill.bag.pk}/send-out/")

    bench.post(f"/will-call/bags/{fill.bag.pk}/scan/", {"text": scanning.place_code(world.places["W-13"])})

    fill.refresh_from_db()
    assert (fill.state, Bag.objects.get().place) == ("in_will_call", world.places["W-13"])


def test_one_scan_returns_a_bag_and_its_label_is_there(world: World, bench: Client) -> None:
    fill = walk(world, to="in_will_call")
    assert fill.bag is not None

    answer = bench.post("/will-call/due/scan/", {"text": scanning.bag_code(fill.bag)})

    assert "match" in answer["HX-Trigger"]
    assert Fill.objects.get(pk=fill.pk).state == "returned"
    assert f"/will-call/returned/{fill.pk}/label.pdf" in page(bench, "/will-call/due/")
    assert bench.get(f"/will-call/returned/{fill.pk}/label.pdf").content.startswith(b"%PDF")


def test_a_controlled_bag_asks_for_its_witness_first(world: World, bench: Client) -> None:
    fill = walk(world, world.fill(world.prescribe("zolpidem 10 mg")), to="in_will_call")
    assert fill.bag is not None
    Worker.objects.filter(pk=world.gil.pk).update(badge=sha256(b"GIL7").hexdigest(), pin=make_password("1234"))
    told = {"badge": scanning.badge_code("GIL7"), "pin": "9999"}

    asked = bench.post("/will-call/due/scan/", {"text": scanning.bag_code(fill.bag)})
    assert "ask" in asked["HX-Trigger"]
    assert bench.post(f"/will-call/bags/{fill.bag.pk}/return/", {}).status_code == 409
    assert bench.post(f"/will-call/bags/{fill.bag.pk}/return/", told).status_code == 409
    assert bench.post(f"/will-call/bags/{fill.bag.pk}/return/", told | {"pin": "1234"}).status_code == 302

    assert Fill.objects.get(pk=fill.pk).state == "returned"


def test_a_bag_is_parted(world: World, bench: Client) -> None:
    walk(world, to="bagged")
    second = walk(world, world.fill(world.prescribe("warfarin 5 mg")), to="in_will_call")
    assert second.bag is not None

    bench.post(f"/will-call/bags/{second.bag.pk}/take-out/", {"fill": second.pk})

    assert Bag.objects.filter(is_open=True).count() == 2


def test_a_bag_of_another_pharmacy_is_not_there(bench: Client) -> None:
    assert bench.get("/will-call/bags/99999/").status_code == 404
