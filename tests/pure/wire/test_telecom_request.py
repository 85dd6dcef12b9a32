from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from pestle.wire import telecom
from pestle.wire.telecom import TelecomError
from pestle.wire.telecom.amounts import sum_of_charges
from pestle.wire.telecom.request import ClaimRequest, Request, TransactionCode, build_request, read_request
from pestle.wire.telecom.request_segments import (
    AmountPaid,
    Claim,
    Compound,
    DurAnswer,
    Ingredient,
    Insurance,
    OtherAmount,
    OtherPayer,
    Patient,
    Prescriber,
    Pricing,
)
from tests.pure.wire.telecom_samples import sample, wire

CLAIM = Claim(
    reference_kind="1",
    prescription_number=7001234,
    product_id_kind="03",
    product_id="00093721410",
    fill_number=0,
    quantity_dispensed=Decimal("30.000"),
    days_supply=30,
    compound_code="1",
    dispense_as_written="0",
    written_on=date(2026, 3, 1),
    refills_authorized=5,
    origin="3",
    other_coverage="0",
    unit="EA",
    service_type="1",
)
PRICING = Pricing(
    ingredient_cost=Decimal("12.40"),
    dispensing_fee=Decimal("2.00"),
    usual_and_customary=Decimal("45.00"),
    gross_amount_due=Decimal("14.40"),
    basis_of_cost="01",
)
PRESCRIBER = Prescriber(id_qualifier="01", id="1245319599", last_name="Testdoc", phone="2175550100")
BILLED = ClaimRequest(claim=CLAIM, pricing=PRICING, prescriber=PRESCRIBER)
REQUEST = Request(
    code=TransactionCode.BILLING,
    bin_number="999001",
    processor_control_number="TESTPCN",
    provider_id_qualifier="01",
    provider_id="1234567893",
    service_on=date(2026, 3, 2),
    vendor_id="",
    insurance=Insurance(cardholder_id="TST000001", group_id="GRPTEST", person_code="01", relationship="1"),
    patient=Patient(
        born_on=date(1971, 2, 3),
        gender="2",
        first_name="Alma",
        last_name="Testpatient",
        street="9 Sample Ave",
        city="Springfield",
        state="IL",
        zip_code="62702",
        residence="1",
    ),
    claims=(BILLED,),
)


def billed(**changes: object) -> Request:
    """Change the claim segment of the request."""
    return replace(REQUEST, claims=(replace(BILLED, claim=replace(CLAIM, **changes)),))  # type: ignore[arg-type]


def body(request: Request) -> bytes:
    """Give the bytes of a request."""
    return telecom.encode(build_request(request))


def test_a_claim_is_composed_without_a_field_id() -> None:
    assert body(REQUEST) == sample("b1")


def test_a_rebill_differs_from_a_claim_in_its_code_alone() -> None:
    assert body(replace(REQUEST, code=TransactionCode.REBILL)) == sample("b1").replace(b"D0B1", b"D0B3")


def test_a_reversal_names_the_claim_and_the_card() -> None:
    claim = Claim(
        reference_kind="1", prescription_number=7001234, product_id_kind="03", product_id="00093721410", fill_number=0
    )

    request = replace(REQUEST, code=TransactionCode.REVERSAL, patient=None, claims=(ClaimRequest(claim=claim),))

    assert body(request) == sample("b2")


def test_an_eligibility_request_carries_no_claim_and_counts_one() -> None:
    request = replace(REQUEST, code=TransactionCode.ELIGIBILITY, processor_control_number="", claims=())

    assert body(request) == sample("e1")


def test_four_claims_go_in_one_transmission_and_come_back() -> None:
    claims = tuple(replace(BILLED, claim=replace(CLAIM, prescription_number=7001234 + place)) for place in range(4))

    again = read_request(telecom.decode(body(replace(REQUEST, claims=claims))))

    assert [one.claim.prescription_number for one in again.claims] == [7001234, 7001235, 7001236, 7001237]


@pytest.mark.parametrize(
    ("code", "count"),
    [(TransactionCode.BILLING, 0), (TransactionCode.BILLING, 5), (TransactionCode.ELIGIBILITY, 1)],
)
def test_a_wrong_number_of_claims_is_refused(code: TransactionCode, count: int) -> None:
    with pytest.raises(TelecomError) as refused:
        build_request(replace(REQUEST, code=code, claims=(BILLED,) * count))

    assert refused.value.where == "header 109-A9"


def test_the_dur_answers_are_counted_from_one() -> None:
    answers = (
        DurAnswer(reason="DD", service="M0", result="1G", level_of_effort="11"),
        DurAnswer(reason="ER", service="R0", result="1B"),
    )

    request = replace(REQUEST, claims=(replace(BILLED, dur_answers=answers),))

    assert body(request) == sample("b1_dur_answers")


def test_nine_dur_answers_are_taken_and_a_tenth_is_refused() -> None:
    nine = (DurAnswer(reason="DD", service="M0", result="1G"),) * 9

    again = read_request(build_request(replace(REQUEST, claims=(replace(BILLED, dur_answers=nine),))))
    with pytest.raises(TelecomError) as refused:
        build_request(replace(REQUEST, claims=(replace(BILLED, dur_answers=(*nine, nine[0])),)))

    assert again.claims[0].dur_answers == nine
    assert refused.value.where == "AM08 473-7E in transaction 1"


def test_three_clarification_codes_are_counted_and_a_fourth_is_refused() -> None:
    with pytest.raises(TelecomError) as refused:
        body(billed(clarification_codes=("3", "5", "7", "10")))

    assert wire("~NX3~DK3~DK5~DK7") in body(billed(clarification_codes=("3", "5", "7")))
    assert refused.value.where == "AM07 354-NX in transaction 1"


def test_a_prior_authorization_goes_as_type_and_number() -> None:
    request = billed(prior_authorization_type="1", prior_authorization_number="00012345")

    assert wire("~EU1~EV00012345") in body(request)


def test_a_second_payer_learns_what_the_first_one_paid() -> None:
    other = OtherPayer(
        coverage_type="01",
        id_qualifier="03",
        id="999001",
        answered_on=date(2026, 3, 2),
        amounts_paid=(AmountPaid(qualifier="07", amount=Decimal("8.40")),),
    )
    second = replace(BILLED, claim=replace(CLAIM, other_coverage="2"), other_payers=(other,))

    request = replace(REQUEST, bin_number="999002", processor_control_number="SECPCN", claims=(second,))

    assert body(request) == sample("b1_second_payer_paid")


def test_a_third_payer_learns_of_both_before_it_each_with_its_own_counts() -> None:
    first = OtherPayer(coverage_type="01", id="999001", amounts_paid=(AmountPaid(qualifier="07", amount=Decimal(5)),))
    second = OtherPayer(coverage_type="02", id="999002", reject_codes=("70", "75"))
    request = replace(REQUEST, claims=(replace(BILLED, other_payers=(first, second)),))

    raw = body(request)

    assert wire("^~AM05~4C2~5C01~7C999001~HB1~HC07~DV50{~5C02~7C999002~5E2~6E70~6E75") in raw
    assert read_request(telecom.decode(raw)).claims[0].other_payers == (first, second)


def test_an_amount_without_its_kind_is_refused_as_it_would_be_read_as_another_s() -> None:
    amounts = (OtherAmount(qualifier="01", amount=Decimal(3)), OtherAmount(amount=Decimal(4)))
    pricing = replace(PRICING, other_amounts=amounts)

    with pytest.raises(TelecomError) as refused:
        build_request(replace(REQUEST, claims=(replace(BILLED, pricing=pricing),)))

    assert refused.value.where == "AM11 479-H8 in transaction 1"


def test_the_ingredients_of_a_compound_are_read() -> None:
    compound = read_request(telecom.decode(sample("b1_compound"))).claims[0].compound

    assert compound == Compound(
        dosage_form="03",
        unit_form="2",
        ingredients=tuple(
            Ingredient(
                product_id_kind="03",
                product_id=product,
                quantity=Decimal(quantity),
                cost=Decimal(cost),
                basis_of_cost="01",
            )
            for product, quantity, cost in (
                ("11111011101", "3", "20.00"),
                ("22222022202", "6", "8.00"),
                ("33333033303", "51", "5.00"),
            )
        ),
    )


def test_names_go_in_capitals_without_accents_and_are_cut_to_their_field() -> None:
    patient = Patient(first_name="José\nLuís", last_name="Montgomery-Featherstone")

    raw = body(replace(REQUEST, patient=patient))

    assert wire("~CAJOSE LUIS~CBMONTGOMERY-FEAT^") in raw.replace(b"\x1d", b"")


UNSENDABLE = [
    # what, the change, where
    ("a product number that is too long", {"product_id": "1" * 20},             "AM07 407-D7 in transaction 1"),
    ("no product number",                 {"product_id": ""},                   "AM07 407-D7 in transaction 1"),
    ("four decimals of quantity",         {"quantity_dispensed": Decimal("1.0001")}, "AM07 442-E7 in transaction 1"),
    ("a quantity below zero",             {"quantity_dispensed": Decimal(-1)},  "AM07 442-E7 in transaction 1"),
    ("a quantity that is a float",        {"quantity_dispensed": 1.5},          "AM07 442-E7 in transaction 1"),
    ("a thousand days",                   {"days_supply": 1000},                "AM07 405-D5 in transaction 1"),
    ("letters in an authorization",       {"prior_authorization_number": "PA77"}, "AM07 462-EV in transaction 1"),
    ("letters beyond ASCII",              {"unit": "Ж"},                        "AM07 600-28 in transaction 1"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "where"), [one[1:] for one in UNSENDABLE], ids=[one[0] for one in UNSENDABLE])
def test_a_value_that_does_not_fit_is_refused_by_field(change: dict[str, object], where: str) -> None:
    with pytest.raises(TelecomError) as refused:
        body(billed(**change))

    assert refused.value.where == where


def test_a_claim_over_the_largest_amount_is_refused_rather_than_cut() -> None:
    pricing = replace(PRICING, gross_amount_due=Decimal("1000000.00"))

    with pytest.raises(TelecomError) as refused:
        build_request(replace(REQUEST, claims=(replace(BILLED, pricing=pricing),)))

    assert refused.value.where == "AM11 430-DU in transaction 1"


def test_the_charges_add_up_without_what_the_patient_paid() -> None:
    pricing = replace(
        PRICING,
        patient_paid=Decimal("5.00"),
        flat_tax=Decimal("0.10"),
        other_amounts=(OtherAmount(qualifier="01", amount=Decimal("3.00")),),
    )

    assert sum_of_charges(pricing) == Decimal("17.50")


def test_padded_numbers_mean_the_same_as_trimmed_ones() -> None:
    padded = (
        sample("b1").replace(b"D530", b"D5030").replace(b"E730000", b"E70000030000").replace(b"D9124{", b"D90000124{")
    )

    assert read_request(telecom.decode(padded)) == read_request(telecom.decode(sample("b1")))


def test_a_request_without_a_claim_segment_is_not_read() -> None:
    transmission = telecom.decode(sample("b1").replace(b"AM07", b"AM17"))

    with pytest.raises(TelecomError) as refused:
        read_request(transmission)

    assert refused.value.where == "AM07 in transaction 1"


def test_a_segment_without_a_typed_form_travels_along() -> None:
    raw = sample("b1") + wire("^~AM16~BMNOTE TO THE PLAN")

    assert body(read_request(telecom.decode(raw))) == raw
