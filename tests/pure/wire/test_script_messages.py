"""What is read from every transaction Pestle speaks."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest

from pestle.terms.npi import Npi
from pestle.terms.schedule import Schedule
from pestle.wire import script

SAMPLES = Path(__file__).parents[2] / "samples" / "script"
Kind = TypeVar("Kind")


def sample(name: str) -> script.Message:
    return script.decode((SAMPLES / f"{name}.xml").read_bytes())


def body(name: str, kind: type[Kind]) -> Kind:
    found = sample(name).body
    assert isinstance(found, kind)
    return found


NAMES = {
    "new_rx_full": "NewRx",
    "new_rx_schedule_ii": "NewRx",
    "new_rx_compound_2023011": "NewRx",
    "cancel_rx": "CancelRx",
    "cancel_rx_response": "CancelRxResponse",
    "rx_renewal_request": "RxRenewalRequest",
    "rx_renewal_response": "RxRenewalResponse",
    "rx_change_request": "RxChangeRequest",
    "rx_change_response": "RxChangeResponse",
    "rx_fill": "RxFill",
    "verify": "Verify",
    "status": "Status",
    "error": "Error",
    "rx_transfer_initiation_2023011": "RxTransferInitiationRequest",
}


@pytest.mark.parametrize(("name", "transaction"), NAMES.items())
def test_every_sample_is_read_as_its_transaction(name: str, transaction: str) -> None:
    message = sample(name)

    assert message.name == transaction
    assert message.version == ("2023011" if name.endswith("2023011") else "2017071")
    unread = [each.where for each in message.departures]
    assert unread == (["/Message/Body/NewRx/MedicationPrescribed/NewIn2023"] if "compound" in name else [])


def test_the_samples_are_all_of_them() -> None:
    assert {path.stem for path in SAMPLES.glob("*.xml")} == set(NAMES)


def test_the_envelope_is_read() -> None:
    header = sample("rx_renewal_response").header

    assert header.to is not None
    assert header.sender is not None
    assert (header.to.qualifier, header.to.identifier) == (script.Party.PHARMACY, "9900017")
    assert (header.sender.qualifier, header.sender.identifier) == (script.Party.PRESCRIBER, "7710000000042")
    assert (header.message_id, header.relates_to) == ("MSG-0007", "MSG-0006")
    assert header.sent_at == datetime(2026, 3, 2, 15, 4, 5, tzinfo=UTC)
    assert (header.rx_reference_number, header.prescriber_order_number) == ("RX700412", "ORD-3391")
    assert header.software is not None
    assert header.software.product == "Chartwell"


def test_secrets_of_the_envelope_are_not_shown() -> None:
    security = sample("new_rx_full").header.security

    assert security is not None
    assert security.sender is not None
    assert security.sender.tertiary == "1105"
    assert "1105" not in repr(security)


def test_the_patient_is_read() -> None:
    patient = body("new_rx_full", script.NewRx).patient

    assert patient is not None
    person = patient.human
    assert person is not None
    assert person.name is not None
    assert (person.name.first, person.name.middle, person.name.last) == ("Cleo", "Ines", "Marchetti")
    assert person.gender == "F"
    assert person.born == script.StatedDay(date(1968, 9, 14))
    assert person.address is not None
    assert (person.address.line_1, person.address.city, person.address.state) == ("18 Alder Court", "Larkfield", "OR")
    assert person.reach is not None
    assert person.reach.primary is not None
    assert person.reach.primary.number == "5035550118"
    assert [phone.number for phone in person.reach.homes] == ["5035550119"]
    assert person.reach.emails == ("cleo@example.test",)
    assert person.numbers is not None
    assert person.numbers.medical_record == "MR-4471"


def test_the_prescriber_and_those_behind_are_read() -> None:
    prescription = body("new_rx_schedule_ii", script.NewRx)

    assert prescription.prescriber is not None
    prescriber = prescription.prescriber.person
    assert prescriber is not None
    assert prescriber.numbers is not None
    assert Npi(prescriber.numbers.npi)
    assert (prescriber.numbers.dea, prescriber.numbers.state_license) == ("FM1234563", "MD-OR-5512")
    assert prescriber.specialty == "207Q00000X"
    assert prescriber.name is not None
    assert prescriber.name.last == "Okonkwo-Reyes"
    assert prescriber.agent is not None
    assert prescriber.agent.name is not None
    assert prescriber.agent.name.last == "Vance"
    assert prescription.supervisor is not None
    assert prescription.supervisor.person is not None
    assert prescription.supervisor.person.name is not None
    assert prescription.supervisor.person.name.last == "Lindqvist"


def test_an_escaped_name_of_the_pharmacy_is_read() -> None:
    pharmacy = body("new_rx_full", script.NewRx).pharmacy

    assert pharmacy is not None
    assert pharmacy.business_name == "Harbour & Hill Pharmacy"
    assert pharmacy.numbers is not None
    assert pharmacy.numbers.ncpdp_id == "9900017"


def test_the_medicine_is_read() -> None:
    medicine = body("new_rx_full", script.NewRx).prescribed

    assert medicine is not None
    assert medicine.description == "Lisinopril 10 MG Oral Tablet"
    assert medicine.coded is not None
    assert medicine.coded.product is not None
    assert (medicine.coded.product.code, medicine.coded.product.qualifier) == ("99999010130", "ND")
    assert medicine.coded.database is not None
    assert (medicine.coded.database.code, medicine.coded.database.qualifier) == ("314076", "SCD")
    assert medicine.coded.strength is not None
    assert (medicine.coded.strength.value, medicine.coded.strength.form) == ("10", "C42998")
    assert medicine.quantity is not None
    assert (medicine.quantity.value, medicine.quantity.qualifier) == (Decimal(30), "38")
    unit = script.unit_of(medicine.quantity.unit)
    assert unit is not None
    assert unit.name == "tablet"
    assert (medicine.days_supply, medicine.refills, medicine.substitutions) == (30, 5, "0")
    assert medicine.written == script.StatedDay(date(2026, 3, 2))
    assert medicine.diagnoses[0].primary is not None
    assert medicine.diagnoses[0].primary.code == "I10"
    assert medicine.prior_authorization == "PA-88120"
    assert medicine.note == "Please synchronize with her other fills"


def test_coverage_allergy_and_weight_are_read() -> None:
    prescription = body("new_rx_full", script.NewRx)

    coverage = prescription.coverages[0]
    assert coverage.payer is not None
    assert (coverage.payer.bin, coverage.payer.pcn, coverage.group_id) == ("999997", "TESTPCN", "PRACT1")
    assert (coverage.cardholder_id, coverage.person_code) == ("CM4471001", "01")
    assert prescription.allergies is not None
    assert prescription.allergies.known[0].drug is not None
    assert prescription.allergies.known[0].drug.words == "penicillin G"
    assert prescription.observation is not None
    assert prescription.observation.measurements[0].value == "81.5"
    assert prescription.prohibits_renewal_request is True


def test_the_sig_text_stands_and_its_structure_is_shown_beside_it() -> None:
    medicine = body("new_rx_full", script.NewRx).prescribed

    assert medicine is not None
    assert medicine.sig is not None
    assert medicine.sig.text == "Take 1 to 2 tablets by mouth every morning for blood pressure"
    structure = script.outline(medicine.sig)
    dosage = "Instruction/DoseAdministration/Dosage"
    assert [said for path, said in structure if path == f"{dosage}/DoseQuantity"] == ["1", "2"]
    assert (f"{dosage}/DoseRangeModifier", "TO") in structure
    assert structure.index(("MultipleInstructionModifier/Text", "THEN")) == len(structure) - 2


def test_a_signed_schedule_ii_prescription_keeps_every_sign_of_it() -> None:
    message = sample("new_rx_schedule_ii")
    medicine = body("new_rx_schedule_ii", script.NewRx).prescribed

    assert message.header.digital_signature is not None
    assert message.header.digital_signature.is_claimed
    assert message.header.order_group is not None
    assert message.header.order_group.reason == "SubsequentOrder"
    assert medicine is not None
    assert medicine.claims_signature
    assert medicine.coded is not None
    assert script.schedule_of(medicine.coded.dea_schedule) is Schedule.II
    assert medicine.effective == script.StatedDay(date(2026, 3, 5))
    assert medicine.refills == 0


def test_a_late_evening_moment_keeps_the_day_the_prescriber_wrote() -> None:
    medicine = body("new_rx_schedule_ii", script.NewRx).prescribed

    assert medicine is not None
    assert medicine.written is not None
    assert medicine.written.on == date(2026, 3, 2)
    assert medicine.written.at == datetime(2026, 3, 3, 5, 30, tzinfo=UTC)


def test_the_ingredients_of_a_compound_are_read() -> None:
    medicine = body("new_rx_compound_2023011", script.NewRx).prescribed

    assert medicine is not None
    assert medicine.compound is not None
    assert [ingredient.item.description for ingredient in medicine.compound.ingredients if ingredient.item] == [
        "Hydrocortisone 1 % cream",
        "Clotrimazole 1 % cream",
    ]
    assert medicine.quantity is not None
    assert medicine.quantity.qualifier == "CF"


def test_what_2023011_adds_is_kept_as_it_came() -> None:
    medicine = body("new_rx_compound_2023011", script.NewRx).prescribed

    assert medicine is not None
    (kept,) = medicine.rest.elements
    assert kept.element.name == "NewIn2023"
    assert kept.element.attribute("Level") == "2"


def test_a_cancellation_and_its_answer_are_read() -> None:
    cancellation = body("cancel_rx", script.CancelRx)
    answer = body("cancel_rx_response", script.CancelRxResponse).response

    assert cancellation.change_of_status == "C"
    assert cancellation.prescribed is not None
    assert cancellation.prescribed.refills == 5
    assert answer is not None
    assert answer.approved is None
    assert answer.denied is not None
    assert answer.denied.reason_codes == ("AR",)


def test_a_renewal_request_and_its_answer_are_read() -> None:
    request = body("rx_renewal_request", script.RxRenewalRequest)
    answer = body("rx_renewal_response", script.RxRenewalResponse)

    assert request.follow_up_request == "1"
    assert request.dispensed is not None
    assert request.dispensed.last_filled == script.StatedDay(date(2026, 7, 30))
    assert request.dispensed.requested_refills == 5
    assert answer.response is not None
    assert answer.response.approved_with_changes is not None
    assert answer.answered is not None
    assert answer.answered.refills == 2


def test_a_change_request_and_its_answer_are_read() -> None:
    request = body("rx_change_request", script.RxChangeRequest)
    answer = body("rx_change_response", script.RxChangeResponse)

    assert request.request_code == "T"
    assert [medicine.description.split()[0] for medicine in request.requested] == ["Benazepril", "Enalapril"]
    assert answer.request_sub_codes == ("B",)
    assert answer.response is not None
    assert answer.response.validated is not None
    assert answer.response.validated.reason_codes == ("GM",)


def test_a_fill_notice_is_read() -> None:
    notice = body("rx_fill", script.RxFill)

    assert notice.fill_status is not None
    assert notice.fill_status.partially_dispensed is not None
    assert notice.fill_status.partially_dispensed.reason_codes == ("BJ",)
    assert notice.dispensed is not None
    assert notice.dispensed.lot_number == "L2207"


def test_the_small_answers_are_read() -> None:
    verify = body("verify", script.Verify)

    assert verify.status is not None
    assert verify.status.code == "010"
    assert body("status", script.Status).code == "000"
    assert body("error", script.Error).description_codes == ("2000",)


def test_a_transaction_not_spoken_here_is_kept_and_answered() -> None:
    message = sample("rx_transfer_initiation_2023011")

    answer = script.answer_unspoken(message)

    assert isinstance(message.body, script.OtherTransaction)
    assert answer == script.Error(
        code="900", description_codes=("4040",), description="RxTransferInitiationRequest is not taken here"
    )


SCHEDULES = {
    "C48675": Schedule.II,
    "C48676": Schedule.III,
    "C48677": Schedule.IV,
    "C48679": Schedule.V,
    "C38046": Schedule.UNKNOWN,  # unspecified as well as not controlled
    "C48672": Schedule.UNKNOWN,  # schedule I
    "": Schedule.UNKNOWN,
}


@pytest.mark.parametrize(("code", "schedule"), SCHEDULES.items())
def test_a_schedule_code_is_read_and_never_as_not_controlled(code: str, schedule: Schedule) -> None:
    assert script.schedule_of(code) is schedule


def test_units_no_one_has_checked_say_so() -> None:
    strip = script.unit_of("C48537")

    assert strip is not None
    assert (strip.confidence, strip.reviewed_by) == ("doubtful", "")
    assert script.unit_of("C00000") is None
