"""The medicine in a SCRIPT message: prescribed, dispensed, requested or answered with; one block serves all four."""

# ruff: noqa: RUF009 - the calls below are field declarations, like dataclasses.field.

from dataclasses import dataclass
from enum import StrEnum

from pestle.wire.script.clinical import Diagnosis, Quantity, UseReview
from pestle.wire.script.leaves import StatedDay
from pestle.wire.script.parts import Rest, block, blocks, code, day, rest, text, texts, whole
from pestle.wire.script.sig import Sig
from pestle.wire.script.tree import Element


class Substitution(StrEnum):
    """Whether another product with the same ingredient may be given."""

    ALLOWED = "0"
    NOT_ALLOWED = "1"


class QuantityQualifier(StrEnum):
    """What kind of number a quantity is."""

    ORIGINAL = "38"
    REMAINING = "40"
    RECEIVED = "87"
    SUFFICIENT = "QS"
    COMPOUND = "CF"
    UNIT_OF_USE = "UQ"
    TRANSFERRED = "QT"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAndQualifier:
    """A code with the list it comes from: ND is an NDC of eleven digits; SCD, SBD, GPK and BPK are RxNorm."""

    code: str = text("Code", needed=True)
    qualifier: str = text("Qualifier", needed=True)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """The strength, with NCIt codes for form and unit."""

    value: str = text("StrengthValue")
    form: str = code("StrengthForm")
    unit: str = code("StrengthUnitOfMeasure")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugCoded:
    """The codes of a medicine; the NDC stands for the kind of product, another package may be dispensed."""

    product: CodeAndQualifier | None = block("ProductCode", CodeAndQualifier)
    strength: Strength | None = block("Strength", Strength)
    database: CodeAndQualifier | None = block("DrugDBCode", CodeAndQualifier)
    dea_schedule: str = code("DEASchedule")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherDate:
    """A further date with its meaning; EffectiveDate is the first day the prescription may be filled."""

    on: StatedDay | None = day("OtherMedicationDate")
    qualifier: str = text("OtherMedicationDateQualifier")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class IngredientItem:
    """What one ingredient of a compound is."""

    description: str = text("CompoundIngredientItemDescription", needed=True)
    number: CodeAndQualifier | None = block("ItemNumber", CodeAndQualifier)
    strength: Strength | None = block("Strength", Strength)
    dea_schedule: str = code("DEASchedule")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingredient:
    """One ingredient of a compound and how much of it."""

    item: IngredientItem | None = block("CompoundIngredient", IngredientItem, needed=True)
    quantity: Quantity | None = block("Quantity", Quantity, needed=True)
    use_reviews: tuple[UseReview, ...] = blocks("DrugUseEvaluation", UseReview)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Compound:
    """A medicine to be made by the pharmacy."""

    final_form: str = code("FinalCompoundPharmaceuticalDosageForm")
    ingredients: tuple[Ingredient, ...] = blocks("CompoundIngredients", Ingredient, most=25)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Medication:
    """The medicine, in the order of SCRIPT 2017071; what only some transactions ask for, they ask for themselves."""

    description: str = text("DrugDescription", needed=True, longest=105)
    coded: DrugCoded | None = block("DrugCoded", DrugCoded)
    quantity: Quantity | None = block("Quantity", Quantity)
    days_supply: int | None = whole("DaysSupply", longest=3)
    written: StatedDay | None = day("WrittenDate")
    last_filled: StatedDay | None = day("LastFillDate")
    substitutions: str = text("Substitutions", among=Substitution)
    refills: int | None = whole("NumberOfRefills", longest=2)
    diagnoses: tuple[Diagnosis, ...] = blocks("Diagnosis", Diagnosis, most=2)
    prior_authorization: str = text("PriorAuthorization", longest=35)
    note: str = text("Note", longest=210)
    use_reviews: tuple[UseReview, ...] = blocks("DrugUseEvaluation", UseReview, most=5)
    coverage_statuses: tuple[str, ...] = texts("DrugCoverageStatusCode", most=5)
    prior_authorization_status: str = text("PriorAuthorizationStatus")
    sig: Sig | None = block("Sig", Sig)
    requested_refills: int | None = whole("PharmacyRequestedRefills", longest=2)
    do_not_fill: str = text("DoNotFill")
    time_zone: Element | None = block("TimeZone", Element)
    order_capture_method: str = text("OrderCaptureMethod")
    substitution_reason: str = text("ReasonForSubstitutionCodeUsed")
    split_script: str = text("SplitScript")
    fill_indicator: str = text("RxFillIndicator")
    pharmacy_affairs: tuple[Element, ...] = blocks("OfficeOfPharmacyAffairsID", Element, most=10)
    delivery_request: str = text("DeliveryRequest")
    delivery_location: str = text("DeliveryLocation")
    diabetic_supply: Element | None = block("DiabeticSupply", Element)
    injury_related: Element | None = block("InjuryRelated", Element)
    service: Element | None = block("Service", Element)
    iv_administration: Element | None = block("IVAdministration", Element)
    treatment_indicator: Element | None = block("TreatmentIndicator", Element)
    prophylactic_or_episodic: str = text("ProphylacticOrEpisodic")
    current_cycle: str = text("CurrentTreatmentCycle")
    planned_cycles: str = text("NumberOfCyclesPlanned")
    wounds: tuple[Element, ...] = blocks("Wound", Element, most=9)
    prescriber_checked_rems: str = text("PrescriberCheckedREMS")
    rems_risk_category: str = text("REMSPatientRiskCategory")
    rems_authorization: str = text("REMSAuthorizationNumber")
    titration: Element | None = block("Titration", Element)
    flavoring_requested: str = text("FlavoringRequested")
    compound: Compound | None = block("CompoundInformation", Compound)
    packages: str = text("NumberOfPackagesToBeDispensed")
    patient_notes: tuple[Element, ...] = blocks("PatientCodifiedNote", Element, most=10)
    hours_of_administration: tuple[Element, ...] = blocks("FacilitySpecificHoursOfAdministrationTiming", Element)
    other_dates: tuple[OtherDate, ...] = blocks("OtherMedicationDate", OtherDate)
    need_no_later_than: Element | None = block("NeedNoLaterThan", Element)
    place_of_service: Element | None = block("PlaceOfServiceNonSelfAdministeredProduct", Element)
    may_administer: str = text("ProviderExplicitAuthorizationToAdminister")
    lot_number: str = text("LotNumber")
    manufacturer: str = text("ManufacturerName")
    rest: Rest = rest()

    @property
    def effective(self) -> StatedDay | None:
        """Give the first day the prescription may be filled, when the sender names one."""
        return next((other.on for other in self.other_dates if other.qualifier == "EffectiveDate"), None)

    @property
    def claims_signature(self) -> bool:
        """Say whether coverage status SI calls this a signed controlled-substance prescription."""
        return "SI" in self.coverage_statuses
