"""Days' supply of what is not counted in tablets: packages as the FDA directory describes them, rules of section 17."""

from decimal import Decimal

import pytest

from pestle.calculations.days_supply import days_supply
from pestle.calculations.dispensing.packages import OnceOpened, PackageKnown, Told, supplied_of
from pestle.calculations.worked import CannotCalculate, Worked
from pestle.terms.drugs.listed_strength import ListedStrength
from pestle.terms.drugs.packaging import Contents, read_contents
from pestle.terms.sig import read_directions

VIAL = "1 VIAL in 1 CARTON > 10 mL in 1 VIAL"
PENS = "5 SYRINGE in 1 CARTON > 3 mL in 1 SYRINGE"
PUFFS = "1 INHALER in 1 CARTON > 200 AEROSOL, METERED in 1 INHALER"
DISKUS = "1 INHALER in 1 CARTON > 60 POWDER, METERED in 1 INHALER"
SPRAYS = "1 BOTTLE, GLASS in 1 CARTON > 120 SPRAY, METERED in 1 BOTTLE, GLASS"
DROPS = "1 BOTTLE, DROPPER in 1 CARTON > 2.5 mL in 1 BOTTLE, DROPPER"
SINGLES = "4 SYRINGE in 1 CARTON > .5 mL in 1 SYRINGE"
NEBULES = "30 POUCH in 1 CARTON > 1 VIAL, SINGLE-DOSE in 1 POUCH > 2 mL in 1 VIAL, SINGLE-DOSE"
KIT = "1 KIT in 1 CARTON * 42 TABLET, FILM COATED in 1 BLISTER PACK * 11 TABLET, FILM COATED in 1 BLISTER PACK"
PATCHES = "5 POUCH in 1 CARTON > 1 PATCH in 1 POUCH > 72 h in 1 PATCH"

IN_VIAL = OnceOpened(in_use_days=28, source="our own list")
IN_PEN = OnceOpened(in_use_days=28, prime_units=Decimal(2), dose_step=Decimal(1), source="our own list")
STEPS_OF_TWO = OnceOpened(in_use_days=56, prime_units=Decimal(2), dose_step=Decimal(2), source="our own list")
PROAIR = OnceOpened(holds=Decimal("8.5"), doses=Decimal(200), source="our own list")
BY_DOSE = OnceOpened(in_use_days=30, each_is="dose", doses=Decimal(60), source="our own list")
SPRAY_16 = OnceOpened(holds=Decimal(16), doses=Decimal(120), source="our own list")
SIX_WEEKS = OnceOpened(in_use_days=42, source="our own list")

INJECTION, AEROSOL, POWDER = "INJECTION, SOLUTION", "AEROSOL, METERED", "POWDER, METERED"
INSULIN, INHALED = "insulin lispro injection, solution", "albuterol inhalation aerosol, metered"


def known(description: str, form: str, unit: str, strength: str = "", opened: OnceOpened | None = None) -> PackageKnown:
    told = ListedStrength.told(strength)
    return PackageKnown(
        unit=unit, strengths=(told,) if told else (), contents=read_contents(description, dosage_form=form),
        opened=opened, description=description,
    )  # fmt: skip


def days_of(sig: str, product: str, quantity: str, package: PackageKnown) -> Worked[Decimal]:
    directions = read_directions(sig, product)
    unit = next((step.unit for step in directions.steps if step.unit), None)
    return days_supply(directions, supplied_of(Decimal(quantity), unit, package))


@pytest.mark.parametrize(
    ("sig", "product", "quantity", "package", "days"),
    [
        # 1,000 units at 22 a day would last 45 days; a vial in use is good for 28.
        ("inject 12u sc qam and 10u qpm", INSULIN, "10", known(VIAL, INJECTION, "mL", "100 units/mL", IN_VIAL), 28),
        ("inject 40 units sc tid", INSULIN, "10", known(VIAL, INJECTION, "mL", "100 units/mL", IN_VIAL), 8),
        # Five pens, 1,500 units; 20 units and 2 to prime each evening.
        ("inject 20 units sc qhs", INSULIN, "15", known(PENS, INJECTION, "mL", "100 units/mL", IN_PEN), 68),
        ("inject 8 units sc qhs", INSULIN, "3", known(PENS, INJECTION, "mL", "100 units/mL", IN_PEN), 28),
        ("2 puffs q4h prn", INHALED, "8.5", known(PUFFS, AEROSOL, "g", "90 mcg", PROAIR), 16),
        ("2 puffs q6h", INHALED, "17", known(PUFFS, AEROSOL, "g", "90 mcg", PROAIR), 50),
        # Sixty blisters are sixty each; two a day, and thirty days out of its pouch.
        ("1 inhalation bid", "x inhalation powder, metered", "60", known(DISKUS, POWDER, "each", "", BY_DOSE), 30),
        ("2 sprays each nostril daily", "x nasal spray, metered", "16",
         known(SPRAYS, "SPRAY, METERED", "g", "50 mcg", SPRAY_16), 30),
        ("1 gtt od qhs", "latanoprost ophthalmic solution", "2.5", known(DROPS, "SOLUTION", "mL", "", SIX_WEEKS), 42),
        ("1 gtt ou qhs", "latanoprost ophthalmic solution", "2.5", known(DROPS, "SOLUTION", "mL", "", SIX_WEEKS), 25),
        ("inject 1 pen weekly", "dulaglutide injection, solution", "2", known(SINGLES, INJECTION, "mL"), 28),
        ("inject 0.75 mg weekly", "dulaglutide injection", "2", known(SINGLES, INJECTION, "mL", "0.75 mg/0.5 mL"), 28),
        ("neb 1 vial bid", "budesonide inhalation suspension", "60", known(NEBULES, "SUSPENSION", "mL"), 15),
        ("1 tab bid", "varenicline kit", "1", known(KIT, "KIT", "each"), 26),
        ("1 patch q72h", "fentanyl transdermal patch", "10", known(PATCHES, "PATCH", "patch"), 30),
        ("apply 1 g to the knee qid", "diclofenac topical gel", "100", known("100 g in 1 TUBE", "GEL", "g"), 25),
        ("apply 2 fingertip units bid", "clobetasol topical cream", "30", known("30 g in 1 TUBE", "CREAM", "g"), 15),
        ("take 20 mg daily", "prednisone 10 mg tablet", "30", known("100 TABLET in 1 BOTTLE", "TABLET", "tablet",
         "10 mg"), 15),
        ("take 250 mg tid", "amoxicillin oral suspension", "150",
         known("150 mL in 1 BOTTLE", "POWDER, FOR SUSPENSION", "mL", "250 mg/5 mL"), 10),
    ],
)  # fmt: skip
def test_a_package_gives_its_days(sig: str, product: str, quantity: str, package: PackageKnown, days: int) -> None:
    worked = days_of(sig, product, quantity, package)

    assert worked.value == days
    assert worked.check is not None
    assert worked.check.agrees


@pytest.mark.parametrize(
    ("sig", "product", "quantity", "package", "sentence"),
    [
        ("2 puffs q4h prn", INHALED, "8.5", known(PUFFS, AEROSOL, "g"), "how many g it holds is not known"),
        ("1 inhalation bid", "x inhalation powder", "60", known(DISKUS, POWDER, "each"), "say it once"),
        ("2 sprays each nostril daily", "x nasal spray", "16", known("16 g in 1 BOTTLE", "SPRAY", "g"), "read it on"),
        ("2 puffs q4h prn", INHALED, "8", known(PUFFS, AEROSOL, "g", "", PROAIR), "not a whole number of inhalers"),
        ("inject 1 pen weekly", "semaglutide injection", "3", known(PENS, INJECTION, "mL", "", IN_PEN), "More than"),
        ("inject 10 units daily", INSULIN, "10", known("", INJECTION, "mL", "100 units/mL", IN_VIAL), "is not known"),
        ("inject 10 units daily", INSULIN, "10", known(VIAL, INJECTION, "mL"), "How many units are in one mL"),
        ("apply 1 application bid", "clobetasol cream", "30", known("30 g in 1 TUBE", "CREAM", "g"), "is not known"),
    ],
)  # fmt: skip
def test_what_nobody_has_said_is_asked(
    sig: str, product: str, quantity: str, package: PackageKnown, sentence: str
) -> None:
    with pytest.raises(CannotCalculate, match=sentence):
        days_of(sig, product, quantity, package)


def test_what_a_person_read_on_the_package_is_used_and_shown_with_their_name() -> None:
    told = Told(doses=Decimal(200), dose_unit="puff", in_quantity=Decimal("6.7"), by="A. Okafor, carton, Nov 23, 2026")
    package = PackageKnown(unit="g", contents=read_contents(PUFFS, dosage_form=AEROSOL), told=(told,))

    worked = days_of("2 puffs q4h prn", INHALED, "6.7", package)

    assert worked.value == 16
    assert any("A. Okafor, carton" in str(step) for step in worked.steps)
    assert not worked.is_reviewed


def test_the_working_names_the_package_and_the_list_that_nobody_has_reviewed() -> None:
    worked = days_of("2 puffs q4h prn", INHALED, "8.5", known(PUFFS, AEROSOL, "g", "90 mcg", PROAIR))

    lines = [str(step) for step in worked.steps]
    assert lines[0] == "inhalers: 8.5 g ÷ 8.5 g = 1 inhaler"
    assert PUFFS in lines[1]
    assert any("our own list" in str(warning) for warning in worked.warnings)
    assert not worked.is_reviewed


def test_a_dose_between_the_steps_of_a_pen_is_warned_of() -> None:
    package = known(PENS, INJECTION, "mL", "200 units/mL", STEPS_OF_TWO)

    worked = days_of("inject 89 units sc qhs", "insulin degludec injection", "9", package)

    assert any("not a multiple of the pen's step of 2" in str(warning) for warning in worked.warnings)


@pytest.mark.parametrize(
    ("description", "form", "contents"),
    [
        (VIAL, INJECTION, Contents("VIAL", Decimal(10), "mL")),
        (PUFFS, AEROSOL, Contents("INHALER", Decimal(200))),
        (KIT, "KIT", Contents("KIT", Decimal(53))),
        ("1 KIT in 1 CARTON * 5 mL in 1 VIAL * 5 mL in 1 VIAL", "KIT", None),
        ("100 TABLET in 1 BOTTLE", "TABLET", None),
        ("something else", "CREAM", None),
    ],
)
def test_what_one_container_holds(description: str, form: str, contents: Contents | None) -> None:
    assert read_contents(description, dosage_form=form) == contents


@pytest.mark.parametrize("amount", [("100", "[iU]/mL"), (".75", "mg/.5mL"), ("10", "mg/1"), ("90", "ug/1")])
def test_a_strength_as_shown_reads_back(amount: tuple[str, str]) -> None:
    strength = ListedStrength.read(*amount)

    assert strength is not None
    assert ListedStrength.told(str(strength)) == strength
