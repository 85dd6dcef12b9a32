import json

import pytest

from pestle.wire import telecom
from pestle.wire.telecom.checks import inconsistencies
from pestle.wire.telecom.request import build_request, read_request
from pestle.wire.telecom.response import build_response, read_response
from tests.pure.wire.telecom_samples import NAMES, sample


def test_every_sample_is_there() -> None:
    assert len(NAMES) == 16


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_comes_back_byte_for_byte(name: str) -> None:
    assert telecom.encode(telecom.decode(sample(name))) == sample(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_comes_back_byte_for_byte_through_json(name: str) -> None:
    as_json = json.dumps(telecom.to_json(telecom.decode(sample(name))))

    assert telecom.encode(telecom.from_json(json.loads(as_json))) == sample(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_read_as_typed_values_is_built_again_byte_for_byte(name: str) -> None:
    transmission = telecom.decode(sample(name))

    if transmission.is_request:
        again = build_request(read_request(transmission))
    else:
        again = build_response(read_response(transmission))

    assert telecom.encode(again) == sample(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_has_nothing_inconsistent(name: str) -> None:
    assert [str(one) for one in inconsistencies(telecom.decode(sample(name)))] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_with_stx_and_etx_keeps_them(name: str) -> None:
    wrapped = b"\x02" + sample(name) + b"\x03"

    assert telecom.encode(telecom.decode(wrapped)) == wrapped


def test_json_names_each_field_as_the_standard_numbers_it() -> None:
    as_json = telecom.to_json(telecom.decode(sample("b1_paid")))

    paid = next(one for one in as_json["transactions"][0] if one["segment"] == "AM23")
    assert as_json["kind"] == "response"
    assert as_json["header"]["501-F1"] == "A"
    assert paid["fields"][0] == {"id": "F5", "number": "505-F5", "name": "Patient Pay Amount", "value": "50{"}
