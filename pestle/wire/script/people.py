"""The people and places of a SCRIPT message: patient, prescriber, supervisor, agent, pharmacy, facility."""

# ruff: noqa: RUF009 - the calls below are field declarations, like dataclasses.field.

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from pestle.wire.script.leaves import StatedDay
from pestle.wire.script.parts import Rest, block, blocks, day, rest, text, texts
from pestle.wire.script.tree import Element


class Gender(StrEnum):
    """The sex the sender states."""

    FEMALE = "F"
    MALE = "M"
    UNKNOWN = "U"


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A person's name."""

    last: str = text("LastName", needed=True, longest=35)
    first: str = text("FirstName", longest=35)
    middle: str = text("MiddleName", longest=35)
    suffix: str = text("Suffix", longest=10)
    prefix: str = text("Prefix", longest=10)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address."""

    line_1: str = text("AddressLine1", longest=40)
    line_2: str = text("AddressLine2", longest=40)
    city: str = text("City", longest=35)
    state: str = text("StateProvince")
    postal_code: str = text("PostalCode")
    country: str = text("CountryCode", longest=2)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A telephone, fax or pager number."""

    number: str = text("Number", needed=True, longest=10)
    extension: str = text("Extension", longest=8)
    takes_sms: str = text("SupportsSMS")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """The ways to reach somebody."""

    primary: Phone | None = block("PrimaryTelephone", Phone, needed=True)
    beepers: tuple[Phone, ...] = blocks("Beeper", Phone)
    emails: tuple[str, ...] = texts("ElectronicMail")
    faxes: tuple[Phone, ...] = blocks("Fax", Phone)
    homes: tuple[Phone, ...] = blocks("HomeTelephone", Phone)
    works: tuple[Phone, ...] = blocks("WorkTelephone", Phone)
    others: tuple[Phone, ...] = blocks("OtherTelephone", Phone)
    direct_address: str = text("DirectAddress")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientNumbers:
    """The numbers a patient is known by."""

    medicare: str = text("MedicareNumber")
    medicaid: str = text("MedicaidNumber")
    medical_record: str = text("MedicalRecordIdentificationNumberEHR")
    account: str = text("PatientAccountNumber")
    social_security: str = text("SocialSecurity")
    mutually_defined: str = text("MutuallyDefined")
    rems: str = text("REMSPatientID")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientLocation:
    """Where in a facility the patient lies."""

    unit: str = text("FacilityUnit")
    bed: str = text("Bed")
    room: str = text("Room")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanPatient:
    """The person the medicine is for."""

    numbers: PatientNumbers | None = block("Identification", PatientNumbers)
    name: Name | None = block("Name", Name, needed=True)
    former_name: Name | None = block("FormerName", Name)
    gender: str = text("Gender", needed=True, among=Gender)
    born: StatedDay | None = day("DateOfBirth", needed=True)
    address: Address | None = block("Address", Address)
    reach: Reachable | None = block("CommunicationNumbers", Reachable)
    location: PatientLocation | None = block("PatientLocation", PatientLocation)
    language: str = text("LanguageNameCode")
    substance_uses: tuple[Element, ...] = blocks("SubstanceUse", Element)
    alternate_contacts: tuple[Element, ...] = blocks("AlternateContact", Element)
    gestational_age: Element | None = block("GestationalAge", Element)
    hospice: str = text("HospiceIndicator")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """A person, or an animal, whose block is kept as it came."""

    one_of: ClassVar[tuple[str, ...]] = ("human", "non_human")

    human: HumanPatient | None = block("HumanPatient", HumanPatient)
    non_human: Element | None = block("NonHumanPatient", Element)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderNumbers:
    """The numbers a prescriber, pharmacy or facility is known by; which are needed depends on where it stands."""

    ncpdp_id: str = text("NCPDPID")
    state_license: str = text("StateLicenseNumber")
    medicare: str = text("MedicareNumber")
    medicaid: str = text("MedicaidNumber")
    upin: str = text("UPIN")
    facility_id: str = text("FacilityID")
    dea: str = text("DEANumber")
    hin: str = text("HIN")
    social_security: str = text("SocialSecurity")
    npi: str = text("NPI")
    certificate_to_prescribe: str = text("CertificateToPrescribe")
    data_2000_waiver: str = text("Data2000WaiverID")
    mutually_defined: str = text("MutuallyDefined")
    rems: str = text("REMSHealthcareProviderEnrollmentID")
    state_controlled_substance: str = text("StateControlSubstanceNumber")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeLocation:
    """The practice a prescriber writes from."""

    numbers: ProviderNumbers | None = block("Identification", ProviderNumbers)
    business_name: str = text("BusinessName")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """The person who sent the message on the prescriber's behalf."""

    name: Name | None = block("Name", Name)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Practitioner:
    """A prescriber, supervisor, follow-up prescriber or pharmacist."""

    numbers: ProviderNumbers | None = block("Identification", ProviderNumbers, needed=True)
    specialty: str = text("Specialty")
    practice: PracticeLocation | None = block("PracticeLocation", PracticeLocation)
    name: Name | None = block("Name", Name, needed=True)
    former_name: Name | None = block("FormerName", Name)
    address: Address | None = block("Address", Address)
    agent: Agent | None = block("PrescriberAgent", Agent)
    reach: Reachable | None = block("CommunicationNumbers", Reachable)
    place_of_service: str = text("PrescriberPlaceOfService")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescriber:
    """Who prescribes, or supervises, or wants to be asked."""

    one_of: ClassVar[tuple[str, ...]] = ("human_care", "veterinarian")

    human_care: Practitioner | None = block("NonVeterinarian", Practitioner, asks=("numbers.npi",))
    veterinarian: Practitioner | None = block("Veterinarian", Practitioner)
    rest: Rest = rest()

    @property
    def person(self) -> Practitioner | None:
        """Give the practitioner of either kind."""
        return self.human_care or self.veterinarian


@dataclass(frozen=True, slots=True, kw_only=True)
class Pharmacist:
    """The pharmacist named inside a pharmacy."""

    name: Name | None = block("Name", Name)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pharmacy:
    """The pharmacy a message goes to or comes from."""

    numbers: ProviderNumbers | None = block("Identification", ProviderNumbers, needed=True, asks=("ncpdp_id", "npi"))
    specialty: str = text("Specialty")
    pharmacist: Pharmacist | None = block("Pharmacist", Pharmacist)
    business_name: str = text("BusinessName", needed=True)
    address: Address | None = block("Address", Address)
    reach: Reachable | None = block("CommunicationNumbers", Reachable)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility:
    """The home or clinic the patient lives in or was seen at."""

    numbers: ProviderNumbers | None = block("Identification", ProviderNumbers)
    name: str = text("FacilityName")
    address: Address | None = block("Address", Address)
    reach: Reachable | None = block("CommunicationNumbers", Reachable)
    rest: Rest = rest()
