"""Loading files: once, twice, half, newer, older, and not at all."""

import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from pestle.records.catalogue import Formulation, Package, Price, Product, SearchWord, SourceFile
from pestle.records.loading.everything import known_names, load
from pestle.records.loading.sources import MissingList, read_sources
from pestle.records.reference_lists import ProductConcept
from pestle.records.safety_lists import Interaction
from tests.records.conftest import MONDAY, SAMPLE

TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("catalogue")


def _quiet(what: str, rows: int) -> None:
    pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a copy of the small lists that a test may change."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "lists"))


def _without(path: Path, *beginnings: str) -> None:
    kept = [line for line in path.read_text().splitlines(keepends=True) if not line.startswith(beginnings)]
    path.write_text("".join(kept))


def test_every_row_says_which_file_it_is_from_and_how_old_it_was() -> None:
    product = Product.objects.get(key="52427-440")

    assert product.source.name == "products"
    assert product.as_of_on == date(2019, 5, 1)
    assert SourceFile.objects.get(name="products").loaded_at == MONDAY


def test_every_list_of_the_folder_is_loaded() -> None:
    loaded = set(SourceFile.objects.values_list("name", flat=True))

    assert loaded == set(read_sources(SAMPLE))
    assert len(known_names()) == len(loaded) - 2  # ndc stands for three files


def test_loading_the_same_file_again_does_nothing() -> None:
    again = list(load(["all"], read_sources(SAMPLE), at=TUESDAY, watch=_quiet))

    assert [each.name for each in again if each.merged is not None] == []
    assert SourceFile.objects.get(name="products").loaded_at == MONDAY


def test_loading_it_again_on_purpose_changes_no_row() -> None:
    again = list(load(["all"], read_sources(SAMPLE), at=TUESDAY, watch=_quiet, again=True))

    assert {(each.merged.new, each.merged.changed, each.merged.gone) for each in again if each.merged} == {(0, 0, 0)}
    assert all(each.merged is not None and each.merged.rows for each in again)


def test_a_changed_listing_is_changed_in_place(folder: Path) -> None:
    before = Product.objects.get(key="52427-440").pk
    path = folder / "products.csv"
    path.write_text(
        path.read_text().replace(
            "52427-440,HUMAN PRESCRIPTION DRUG,Zestril", "52427-440,HUMAN PRESCRIPTION DRUG,Zestrol"
        )
    )

    (ndc,) = load(["ndc"], read_sources(folder), at=TUESDAY, watch=_quiet)

    assert ndc.merged is not None
    assert (ndc.merged.new, ndc.merged.changed) == (0, 1)
    assert Product.objects.get(pk=before).proprietary_name == "Zestrol"


def test_a_listing_that_leaves_the_directory_is_marked_and_stays(folder: Path) -> None:
    _without(folder / "products.csv", "52427-440,")
    _without(folder / "packages.csv", "524270440")

    list(load(["ndc"], read_sources(folder), at=TUESDAY, watch=_quiet))

    gone = Product.objects.get(key="52427-440")
    assert not gone.is_in_directory
    assert not gone.packages.filter(is_in_directory=True).exists()
    assert Formulation.objects.filter(pk=gone.formulation_id).exists()


def test_a_row_that_leaves_a_plain_list_goes(folder: Path) -> None:
    _without(folder / "tall_man.csv", "10,hydrOXYzine")

    (tall_man,) = load(["tall_man"], read_sources(folder), at=TUESDAY, watch=_quiet)

    assert tall_man.merged is not None
    assert tall_man.merged.gone == 1


def test_old_prices_are_kept(folder: Path) -> None:
    path = folder / "nadac.csv"
    header, *lines = path.read_text().splitlines(keepends=True)
    path.write_text(header + lines[0])
    before = Price.objects.count()

    list(load(["nadac"], read_sources(folder), at=TUESDAY, watch=_quiet))

    assert Price.objects.count() == before


def test_two_files_that_share_a_table_leave_each_other_alone() -> None:
    list(load(["rxnorm_openfda"], read_sources(SAMPLE), at=TUESDAY, watch=_quiet, again=True))

    assert ProductConcept.objects.filter(source__name="rxnorm_derived").exists()
    assert ProductConcept.objects.filter(source__name="rxnorm_openfda").exists()


def test_a_stop_in_the_middle_leaves_everything_as_it_was(folder: Path) -> None:
    path = folder / "products.csv"
    path.write_text(path.read_text().replace("Zestril", "Zestrol"))

    def stop(what: str, rows: int) -> None:
        if what == "packages kept":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(load(["ndc"], read_sources(folder), at=TUESDAY, watch=stop))

    assert Product.objects.get(key="52427-440").proprietary_name == "Zestril"
    assert SourceFile.objects.get(name="products").loaded_at == MONDAY


def test_an_empty_file_does_not_clear_a_table(folder: Path) -> None:
    path = folder / "interactions.csv"
    path.write_text(path.read_text().splitlines(keepends=True)[0])

    with pytest.raises(ValueError, match="not one row"):
        list(load(["interactions"], read_sources(folder), at=TUESDAY, watch=_quiet))

    assert Interaction.objects.exists()


def test_a_review_is_taken_over_without_loading_again(folder: Path) -> None:
    path = folder / "sources.toml"
    path.write_text(path.read_text().replace('reviewed_by = ""', 'reviewed_by = "Ben, pharmacist"'))

    (tall_man,) = load(["tall_man"], read_sources(folder), at=TUESDAY, watch=_quiet)

    assert tall_man.merged is None
    assert SourceFile.objects.get(name="tall_man").is_reviewed


def test_a_folder_without_lists_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingList, match="not in this folder"):
        read_sources(tmp_path)


def test_a_file_is_stale_once_it_is_older_than_its_kind_may_be() -> None:
    nadac = SourceFile(as_of_on=date(2026, 6, 1), stale_after_days=14)

    assert not nadac.is_stale_on(date(2026, 6, 15))
    assert nadac.is_stale_on(date(2026, 6, 16))


@pytest.mark.parametrize(
    ("ndc11", "package_ndc", "unit", "units"),
    [
        ("00071015523", "0071-0155-23", "EA", "90"),
        ("52427044090", "52427-440-90", "EA", "90"),
        ("00075062040", "0075-0620-40", "ML", "4"),
    ],
)
def test_a_package_has_its_digits_in_every_form_and_its_count(
    ndc11: str, package_ndc: str, unit: str, units: str
) -> None:
    package = Package.objects.get(ndc11=ndc11)

    assert (package.package_ndc, package.ndc10) == (package_ndc, package_ndc.replace("-", ""))
    assert (package.billing_unit, package.units) == (unit, Decimal(units))


@pytest.mark.parametrize(
    ("key", "schedule"),
    [
        ("59011-410", "II"),
        ("0024-5401", "IV"),
        ("52427-440", "NONE"),
        ("0002-7335", "UNKNOWN"),
        ("43742-0021", "UNKNOWN"),
        ("0591-3369", "UNKNOWN"),
    ],
)
def test_the_schedule_is_listed_none_or_to_be_asked(key: str, schedule: str) -> None:
    assert Product.objects.get(key=key).schedule == schedule


def test_tramadol_without_a_schedule_and_hydrocodone_in_iii_are_asked_about() -> None:
    blank_tramadol = Product.objects.filter(base_substances=["tramadol"], schedule="UNKNOWN")
    old_hydrocodone = Product.objects.filter(base_substances__contains=["hydrocodone"], schedule="UNKNOWN")

    assert blank_tramadol.exists()
    assert old_hydrocodone.exists()
    assert not Product.objects.filter(schedule="NONE", base_substances__overlap=["tramadol", "hydrocodone"]).exists()


def test_of_two_labels_of_one_ndc_one_is_shown() -> None:
    labels = Product.objects.filter(product_ndc="0409-7332")

    assert labels.count() == 2
    assert labels.filter(is_newest_listing=True).count() == 1


def test_brand_and_generic_share_a_formulation_and_know_which_they_are() -> None:
    lipitor = Product.objects.get(key="0071-0155")
    generic = Product.objects.get(key="0093-5056")

    assert lipitor.formulation_id == generic.formulation_id
    assert (lipitor.is_brand, generic.is_brand) == (True, False)


def test_words_for_mending_spelling_are_names_and_not_forms() -> None:
    words = set(SearchWord.objects.values_list("word", flat=True))

    assert {"lisinopril", "zestril", "hydroxyzine"} <= words
    assert not {"tablet", "oral", "mg"} & words
