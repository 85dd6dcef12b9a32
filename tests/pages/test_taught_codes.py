"""The pages on which a code is taught, agreed and listed, and a compound is typed."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from pestle.records.people import Worker
from pestle.records.stock import MappedCode
from pestle.stations.bench import filling
from tests.stations.test_compounds import in_entry
from tests.stories.test_unknown_codes import NEW_CODE, SAYS, act, at_the_bench
from tests.world import World

SignIn = Callable[[Worker], Client]
pytestmark = pytest.mark.django_db


def test_a_code_is_taught_at_the_bench_and_agreed_by_the_pharmacist(world: World, signed_in: SignIn) -> None:
    fill = at_the_bench(world)
    with pytest.raises(filling.UnknownBottle):
        filling.scan(**act(world), fill_id=fill.pk, text=NEW_CODE)
    bench, ada = f"/filling/{fill.pk}/", signed_in(world.ada)
    assert "Read the bottle." in ada.get(bench).content.decode()

    said = {"act_id": str(uuid4()), "text": NEW_CODE, "ndc": "68180-980-01", "because": SAYS}
    ada.post(f"{bench}code/", said)
    assert "A second person reads the bottle too" in ada.get(bench).content.decode()
    row = MappedCode.objects.get()
    ben = signed_in(world.ben)
    assert "I read it: it is" in ben.get("/products/codes/").content.decode()
    ben.post(f"{bench}code/{row.pk}/approve/", {"act_id": str(uuid4())})

    assert "on probation" in ben.get("/products/codes/").content.decode()


def test_a_compound_is_typed_on_the_page_of_data_entry(world: World, signed_in: SignIn) -> None:
    fill = in_entry(world)
    page, ada = f"/data-entry/{fill.pk}/", signed_in(world.ada)
    said = {"ndc": "68180-980-01", "ingredient_quantity": "30", "form": "03", "unit": "2"}

    ada.post(f"{page}ingredient/", {"act_id": str(uuid4()), **said})

    shown = ada.get(page).content.decode()
    assert "cream, measured in g" in shown
    row = fill.prescription.ingredients.get()
    ada.post(f"{page}ingredient/{row.pk}/drop/", {"act_id": str(uuid4())})
    assert not fill.prescription.ingredients.exists()
