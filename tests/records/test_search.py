"""Finding a drug as people type, misspell and scan it."""

from datetime import date
from decimal import Decimal

import pytest

from pestle.records.catalogue import Package, Product
from pestle.records.search import SearchAnswer, by_scan, equivalents, search
from pestle.terms.ndc import Ndc
from pestle.terms.schedule import Schedule

TODAY = date(2026, 11, 23)
pytestmark = pytest.mark.usefixtures("catalogue")


def _find(text: str) -> SearchAnswer:
    return search(text, on=TODAY)


def _first(text: str) -> str:
    found = _find(text).formulations[0]
    return f"{found.name} {found.strength}"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("lisinopril 10", "lisinopril 10 mg"),
        ("lisin 10 tab", "lisinopril 10 mg"),
        ("tab 10mg LISIN", "lisinopril 10 mg"),
        ("zestril 20", "lisinopril 20 mg"),
        ("Diovan HCT 80", "valsartan and hydrochlorothiazide 80 mg / 12.5 mg"),
        ("synthroid 0.05", "levothyroxine sodium 50 mcg"),
        ("levothyroxine 50 mcg", "levothyroxine sodium 50 mcg"),
        ("hctz caps", "hydrochlorothiazide 12.5 mg"),
        ("clobetasol .05% oint", "clobetasol propionate 0.05%"),
        ("lovenox 40", "enoxaparin sodium 40 mg/0.4 mL"),
        ("0071-0155", "atorvastatin calcium 10 mg"),
        ("0071015523", "atorvastatin calcium 10 mg"),
        ("00071015523", "atorvastatin calcium 10 mg"),
        ("0071-0155-23", "atorvastatin calcium 10 mg"),
        ("71-155-23", "atorvastatin calcium 10 mg"),
        ("52427-440", "lisinopril 10 mg"),
    ],
)
def test_the_drug_that_was_meant_comes_first(typed: str, first: str) -> None:
    assert _first(typed) == first


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("lisinoprl 10", {"lisinoprl": "lisinopril"}),
        ("atorvstatin", {"atorvstatin": "atorvastatin"}),
        ("hydroxizine", {"hydroxizine": "hydroxyzine"}),
        ("celebrx", {"celebrx": "celebrex"}),
    ],
)
def test_a_misspelt_word_is_understood_and_says_so(typed: str, understood: dict[str, str]) -> None:
    answer = _find(typed)

    assert answer.understood == understood
    assert answer.formulations


@pytest.mark.parametrize(
    "typed", ["", " ", "x", "10", "10 20", "qqqqqqq", "'; drop table", "\\", "%%", "lisinopril 777"]
)
def test_what_names_no_drug_finds_nothing_and_hurts_nothing(typed: str) -> None:
    assert _find(typed).formulations == ()


def test_a_number_is_exact_once_something_follows_it() -> None:
    strengths = {found.strength for found in _find("lisinopril 1 tab").formulations}

    assert "10 mg" not in strengths


def test_what_is_stocked_comes_first() -> None:
    stocked = Product.objects.get(key="52427-442")
    assert _find("lisinopril").formulations[0].strength != "30 mg"

    answer = search("lisinopril", on=TODAY, stocked={stocked.pk: stocked.formulation_id})

    assert answer.formulations[0].strength == "30 mg"
    assert answer.formulations[0].products[0].product_id == stocked.pk
    assert answer.formulations[0].products[0].is_stocked


def test_alike_products_are_one_group_with_the_cheapest_price() -> None:
    (group,) = [each for each in _find("atorvastatin 10").formulations if each.strength == "10 mg"]

    assert {product.name for product in group.products} >= {"Lipitor", "Atorvastatin Calcium"}
    prices = [product.price.per_unit for product in group.products if product.price]
    assert group.cheapest is not None
    assert group.cheapest.price is not None
    assert group.cheapest.price.per_unit == min(prices)


def test_the_price_is_the_one_in_force_on_the_day() -> None:
    package = Package.objects.get(ndc11="00071015523")
    source = package.source
    from pestle.records.catalogue import Price

    Price.objects.filter(ndc11=package.ndc11).delete()
    for day, cost in ((date(2026, 1, 1), "1.5"), (date(2026, 11, 1), "1.75"), (date(2026, 12, 1), "2")):
        Price.objects.create(
            ndc11=package.ndc11,
            per_unit=Decimal(cost),
            billing_unit="EA",
            effective_on=day,
            source=source,
            as_of_on=day,
        )

    (group,) = _find("00071015523").formulations

    (lipitor,) = [product for product in group.products if product.product_ndc == "0071-0155"]
    assert lipitor.price is not None
    assert (lipitor.price.per_unit, lipitor.price.effective_on) == (Decimal("1.75"), date(2026, 11, 1))


def test_sustained_and_extended_bupropion_of_one_strength_are_two_groups() -> None:
    groups = [each for each in _find("bupropion 150 er").formulations if each.strength == "150 mg"]

    codes = [{product.te_code for product in group.products} for group in groups]
    assert len(groups) > 1
    assert not any({"AB1", "AB3"} <= each for each in codes)


def test_a_group_is_as_strict_as_its_strictest_product() -> None:
    schedules = {group.schedule for group in _find("hydrocodone").formulations}

    assert schedules <= {Schedule.II, Schedule.UNKNOWN}


def test_more_than_fits_is_said() -> None:
    answer = search("lisinopril", on=TODAY, groups=2)

    assert len(answer.formulations) == 2
    assert answer.is_more


def test_a_scan_gives_the_package_of_each_ndc_it_may_mean() -> None:
    found = by_scan([Ndc("00071015523"), Ndc("52427044090"), Ndc("99999999999")])

    assert {package.ndc11 for package in found} == {"00071015523", "52427044090"}


def test_a_scan_prefers_what_is_still_listed() -> None:
    Package.objects.filter(ndc11="00071015523").update(is_in_directory=False)

    found = by_scan([Ndc("00071015523"), Ndc("52427044090")])

    assert [package.ndc11 for package in found] == ["52427044090", "00071015523"]


def test_the_equivalents_of_a_product_are_its_whole_group() -> None:
    lipitor = Product.objects.get(key="0071-0155")

    group = equivalents(lipitor, on=TODAY)

    assert group.product_count == len(group.products)
    assert {"0071-0155", "0093-5056"} <= {product.product_ndc for product in group.products}
