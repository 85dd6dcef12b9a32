"""The staff, patients, plans and prescribers of the made-up pharmacy."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from django.contrib.auth.hashers import make_password

from pestle.demo import names, numbers
from pestle.records.patients import Allergy, Coverage, Patient, Plan, Proxy
from pestle.records.people import Account, Worker
from pestle.records.pharmacies import Bench, Partner, PartnerKind, Pharmacy
from pestle.records.prescribers import Prescriber
from pestle.terms.badge import badge_digest
from pestle.terms.roles import Role
from pestle.terms.schedule import Schedule

ERX_SECRET = "PESTLE_ERX_SECRET"  # noqa: S105 - the name of a variable, not what it holds
EDI_SECRET = "PESTLE_EDI_SECRET"  # noqa: S105 - as above
CONTROLLED = [Schedule.II.value, Schedule.III.value, Schedule.IV.value, Schedule.V.value]


@dataclass(frozen=True, slots=True)
class Person:
    """One of the staff: who they are, what they may do, how they sign in. Practice only: these words are public."""

    given: str
    family: str
    credential: str
    role: Role
    bench: str = ""

    @property
    def username(self) -> str:
        return self.given.lower()

    @property
    def password(self) -> str:
        """A password of practice, for people who try the program."""
        return f"{self.given.lower()} counts by fives"

    @property
    def pin(self) -> str:
        return f"{sum(map(ord, self.given)) * 7919 % 1_000_000:06d}"

    @property
    def badge(self) -> str:
        """What the badge's bar code carries after its prefix."""
        return f"{self.given.upper()}-{sum(map(ord, self.family)) * 31 % 10_000:04d}"


STAFF = (
    Person("Ada", "Okafor", "CPhT", Role.CERTIFIED_TECHNICIAN, "Filling 1"),
    Person("Ben", "Levi", "PharmD", Role.PHARMACIST, "Verification 1"),
    Person("Priya", "Shah", "PharmD", Role.PHARMACIST_IN_CHARGE, "Pre-check 1"),
    Person("Dana", "Ruiz", "CPhT", Role.LEAD_TECHNICIAN, "Drop-off 1"),
    Person("Eli", "Stone", "CPhT", Role.CERTIFIED_TECHNICIAN, "Data entry 1"),
    Person("Isa", "Moreno", "CPhT", Role.CERTIFIED_TECHNICIAN, "Data entry 2"),
    Person("Gil", "Park", "", Role.TECHNICIAN, "Filling 2"),
    Person("Joy", "Adler", "", Role.INTERN),
    Person("Hana", "Sato", "", Role.CASHIER, "Pickup 1"),
    Person("Ute", "Weiss", "", Role.AUDITOR),
    Person("Max", "Holt", "", Role.ADMINISTRATOR),
)
BENCHES = (
    ("Drop-off 1", "drop_off"), ("Data entry 1", "data_entry"), ("Data entry 2", "data_entry"),
    ("Pre-check 1", "pre_check"), ("Filling 1", "filling"), ("Filling 2", "filling"),
    ("Verification 1", "verification"), ("Pickup 1", "pickup"),
)  # fmt: skip

# Plans of nobody: BINs that begin with 99 are issued to none. The pretend payer knows the same list.
PLANS = (
    # name               BIN       PCN         kind          window  share of patients
    ("Cascade Rx",       "990011", "CASC",     "commercial", 14,     38),
    ("Harbor Health",    "990022", "HARBOR",   "commercial", 10,     20),
    ("Lakeshore Senior", "990033", "LSPARTD",  "medicare",   14,     22),
    ("Wolverine Care",   "990044", "WOLVMCD",  "medicaid",   10,     12),
)  # fmt: skip


def make_staff(pharmacy: Pharmacy) -> dict[str, Worker]:
    """This will make the people who work here, each with a password, a badge and a PIN, and their benches."""
    for name, station in BENCHES:
        Bench.objects.create(pharmacy=pharmacy, name=name, station=station)
    workers = {person.given: _make_worker(pharmacy, person) for person in STAFF}
    workers["Pestle"] = Worker.objects.create(pharmacy=pharmacy, given="Pestle", role_names=[Role.PROGRAM.value])
    return workers


def make_plans(pharmacy: Pharmacy, switch: Partner) -> list[Plan]:
    """This will make the plans of the town, all reached over one switch."""
    return [
        Plan.objects.create(
            pharmacy=pharmacy, name=name, bin=bin_, pcn=pcn, kind=kind, pickup_window_days=window,
            help_desk_phone="8005550111", switch=switch,
        )
        for name, bin_, pcn, kind, window, _ in PLANS
    ]  # fmt: skip


def make_partners(pharmacy: Pharmacy, ports: dict[str, int]) -> dict[str, Partner]:
    """This will name the partners of the made-up pharmacy on this machine."""
    erx = Partner.objects.create(
        pharmacy=pharmacy, kind=PartnerKind.ERX, name="E-prescriptions", host="127.0.0.1", port=ports["erx"],
        path="/script", secret_name=ERX_SECRET, seconds_to_answer=10,
    )  # fmt: skip
    switch = Partner.objects.create(
        pharmacy=pharmacy, kind=PartnerKind.SWITCH, name="Payers", host="127.0.0.1", port=ports["payer"],
        seconds_to_answer=10,
    )  # fmt: skip
    printer = Partner.objects.create(
        pharmacy=pharmacy, kind=PartnerKind.PRINTER, name="Label printer", host="127.0.0.1", port=ports["printer"],
        seconds_to_answer=5,
    )  # fmt: skip
    wholesaler = Partner.objects.create(
        pharmacy=pharmacy, kind=PartnerKind.WHOLESALER, name="Lakeside Drug", host="127.0.0.1",
        port=ports["wholesaler"], path="/edi", secret_name=EDI_SECRET, software_id="LAKESIDE", seconds_to_answer=10,
    )  # fmt: skip
    Bench.objects.filter(pharmacy=pharmacy).update(printer=printer)
    return {"erx": erx, "switch": switch, "printer": printer, "wholesaler": wholesaler}


def make_patients(pharmacy: Pharmacy, plans: list[Plan], *, count: int, today: date, chance: Random) -> list[Patient]:
    """This will make patients with addresses, allergies and coverage; Cleo Marchetti is always the first."""
    drafts = [_cleo(pharmacy), *(_draft_patient(pharmacy, serial, today, chance) for serial in range(1, count))]
    patients = Patient.objects.bulk_create(drafts)
    Allergy.objects.bulk_create(_allergies(patients, today, chance))
    Coverage.objects.bulk_create(_coverages(patients, plans, chance))
    Proxy.objects.bulk_create(
        Proxy(patient=patient, name=f"{chance.choice(names.FEMALE)} {patient.family}", relation="family")
        for patient in patients
        if chance.random() < 0.15
    )
    return patients


def make_prescribers(pharmacy: Pharmacy, *, count: int, chance: Random) -> list[Prescriber]:
    """This will make prescribers whose numbers pass their checks; Priya Nair MD is always the first."""
    return Prescriber.objects.bulk_create(_draft_prescriber(pharmacy, serial, chance) for serial in range(count))


def _make_worker(pharmacy: Pharmacy, person: Person) -> Worker:
    account = Account.objects.create_user(person.username, person.password, name=f"{person.given} {person.family}")
    return Worker.objects.create(
        pharmacy=pharmacy, account=account, given=person.given, family=person.family, credential=person.credential,
        role_names=[person.role.value], badge=badge_digest(person.badge), pin=make_password(person.pin),
    )  # fmt: skip


def _cleo(pharmacy: Pharmacy) -> Patient:
    return Patient(
        pharmacy=pharmacy, family="Marchetti", given="Cleo", birth_on=date(1968, 3, 14), sex="F", phone="7345550142",
        address="412 Alder Court", city="Ann Arbor", state="MI", postal_code="48105", takes_texts=True,
        allergies_asked_on=date(2026, 1, 5), privacy_notice_on=date(2024, 2, 1),
    )  # fmt: skip


def _draft_patient(pharmacy: Pharmacy, serial: int, today: date, chance: Random) -> Patient:
    sex = chance.choice("FM")
    town, postal_code = chance.choice(names.TOWNS)
    age_days = int(chance.triangular(0, 95, 58) * 365.25)
    asked = today - timedelta(days=chance.randrange(700)) if chance.random() < 0.92 else None
    return Patient(
        pharmacy=pharmacy, family=chance.choice(names.FAMILIES), sex=sex,
        given=chance.choice(names.FEMALE if sex == "F" else names.MALE), middle=chance.choice("ABCDEFGHJKLMNPRST"),
        birth_on=today - timedelta(days=max(age_days, 40)), phone=numbers.phone(serial),
        takes_texts=chance.random() < 0.6,
        address=f"{chance.randrange(1, 2999)} {chance.choice(names.STREETS)} {chance.choice(names.STREET_KINDS)}",
        city=town, state="MI", postal_code=postal_code, language="es" if chance.random() < 0.08 else "en",
        allergies_asked_on=asked, has_no_known_allergies=False,
        child_resistant_waived_on=today - timedelta(days=300) if chance.random() < 0.07 else None,
        privacy_notice_on=today - timedelta(days=400), account_is_open=chance.random() < 0.1,
    )  # fmt: skip


def _allergies(patients: list[Patient], today: date, chance: Random) -> list[Allergy]:
    made = [Allergy(patient=patients[0], allergen="penicillin", reaction="hives", noted_on=date(2019, 4, 2))]
    for patient in patients[1:]:
        if patient.allergies_asked_on and chance.random() < 0.28:
            allergen, reaction = chance.choice(names.ALLERGENS)
            made.append(
                Allergy(patient=patient, allergen=allergen, reaction=reaction, noted_on=patient.allergies_asked_on)
            )
        elif patient.allergies_asked_on:
            patient.has_no_known_allergies = True
    Patient.objects.bulk_update(patients, ["has_no_known_allergies"], batch_size=500)
    return made


def _coverages(patients: list[Patient], plans: list[Plan], chance: Random) -> list[Coverage]:
    made = []
    shares = [share for *_, share in PLANS]
    for serial, patient in enumerate(patients):
        has_plan = serial == 0 or chance.random() * 100 < sum(shares)
        if not has_plan:
            continue
        plan = plans[0] if serial == 0 else chance.choices(plans, shares)[0]
        made.append(_coverage(patient, plan, serial, order=1))
        if plan.kind == "medicare" and chance.random() < 0.2:
            made.append(_coverage(patient, plans[3], serial, order=2))
    return made


def _coverage(patient: Patient, plan: Plan, serial: int, *, order: int) -> Coverage:
    return Coverage(
        patient=patient, plan=plan, order=order, cardholder_id=f"{plan.pcn[:2]}{100000 + serial}",
        group=f"G{100 + serial % 7}", person_code="01", cardholder_given=patient.given,
        cardholder_family=patient.family,
        cardholder_birth_on=patient.birth_on, from_on=date(2026, 1, 1),
    )  # fmt: skip


def _draft_prescriber(pharmacy: Pharmacy, serial: int, chance: Random) -> Prescriber:
    family = "Nair" if serial == 0 else chance.choice(names.FAMILIES)
    given = "Priya" if serial == 0 else chance.choice(names.FEMALE + names.MALE)
    credential = "MD" if serial == 0 else chance.choices(("MD", "DO", "NP", "PA", "DDS"), (60, 12, 15, 8, 5))[0]
    letter = "M" if credential in {"NP", "PA"} else "B"
    has_dea = serial == 0 or chance.random() < 0.88
    town, postal_code = chance.choice(names.TOWNS)
    return Prescriber(
        pharmacy=pharmacy, family=family, given=given, credential=credential, npi=numbers.npi(1000 + serial),
        dea_number=numbers.dea_number(letter, family, 100100 + serial * 37) if has_dea else "",
        dea_schedules=CONTROLLED if has_dea else [], dea_expires_on=date(2028, 6, 30) if has_dea else None,
        licence=f"43010{10000 + serial}",
        practice="Alder Family Medicine" if serial == 0 else chance.choice(names.PRACTICES),
        phone=numbers.phone(serial), fax=numbers.phone(serial + 50), state="MI", city=town, postal_code=postal_code,
        address=f"{chance.randrange(1, 999)} {chance.choice(names.STREETS)} Street", erx_id=f"SPI{1000000 + serial}",
    )  # fmt: skip
