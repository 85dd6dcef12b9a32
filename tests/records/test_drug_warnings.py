"""What the lists say about drugs, with where it is from."""

import pytest

from pestle.records.catalogue import Product, TallManName
from pestle.records.drug_warnings import (
    allergy_matches,
    duplicate_classes,
    interactions_between,
    look_alikes,
    requires_medication_guide,
    shared_duplicate_classes,
)
from pestle.terms.drugs.drug_facts import AllergyRelation, GuideAnswer, InteractionSeverity
from pestle.terms.drugs.tall_man import split_tall_man

pytestmark = pytest.mark.usefixtures("catalogue")


def _product(key: str) -> Product:
    return Product.objects.select_related("source").get(key=key)


LISINOPRIL, ZOCOR, IBUPROFEN, AMOXICILLIN, CEPHALEXIN = "52427-440", "0006-0543", "0472-1761", "0093-3107", "0093-3145"


def test_an_interaction_is_found_whatever_the_salts_and_the_order() -> None:
    (one,) = interactions_between(["WARFARIN SODIUM"], ["AMIODARONE HYDROCHLORIDE"])
    (two,) = interactions_between(["amiodarone"], ["warfarin"])

    assert one.severity is two.severity is InteractionSeverity.CRITICAL
    assert (one.substance, one.other) == ("warfarin", "amiodarone")
    assert not one.source.is_reviewed


def test_without_others_the_substances_are_compared_among_themselves() -> None:
    found = interactions_between(["warfarin", "lisinopril", "ibuprofen"])

    assert ("warfarin", "ibuprofen") in {(fact.substance, fact.other) for fact in found}


@pytest.mark.parametrize(
    ("substances", "others"), [([], []), (["warfarin"], ["warfarin"]), (["lisinopril"], ["water"])]
)
def test_no_pair_no_interaction(substances: list[str], others: list[str]) -> None:
    assert interactions_between(substances, others) == ()


def test_two_drugs_of_one_class_share_it() -> None:
    ibuprofen, celecoxib = _product(IBUPROFEN), _product("0025-1520")

    assert "HMG-CoA Reductase Inhibitor" in {fact.name for fact in duplicate_classes(_product(ZOCOR))}
    assert "Nonsteroidal Anti-inflammatory Drug" in {
        fact.name for fact in shared_duplicate_classes(ibuprofen, celecoxib)
    }
    assert shared_duplicate_classes(ibuprofen, _product(ZOCOR)) == ()


def test_a_class_too_broad_to_warn_about_is_silent() -> None:
    assert "Insulin Analog" not in {fact.name for fact in duplicate_classes(_product("0002-7510"))}


@pytest.mark.parametrize(
    ("key", "allergy", "relation"),
    [
        (AMOXICILLIN, "Amoxicillin", AllergyRelation.EXACT),
        (AMOXICILLIN, "PENICILLIN", AllergyRelation.SAME_CLASS),
        (AMOXICILLIN, "penicillins", AllergyRelation.SAME_CLASS),
        (CEPHALEXIN, "amoxicillin", AllergyRelation.CROSS_REACTS),
        (CEPHALEXIN, "penicillin", AllergyRelation.LOW),
        (IBUPROFEN, "aspirin", AllergyRelation.SAME_CLASS),
        (IBUPROFEN, "NSAIDs", AllergyRelation.SAME_CLASS),
        (LISINOPRIL, "ACE inhibitors", AllergyRelation.SAME_CLASS),
        ("59011-410", "codeine", AllergyRelation.SAME_CLASS),
    ],
)
def test_an_allergy_is_matched_by_drug_class_and_alias(key: str, allergy: str, relation: AllergyRelation) -> None:
    (fact,) = allergy_matches(_product(key), [allergy])

    assert fact.relation is relation
    assert fact.allergen == allergy


@pytest.mark.parametrize(("key", "allergy"), [(LISINOPRIL, "penicillin"), (AMOXICILLIN, "cheese"), (AMOXICILLIN, "")])
def test_an_allergy_to_something_else_is_no_match(key: str, allergy: str) -> None:
    assert allergy_matches(_product(key), [allergy]) == ()


def test_the_closest_allergy_comes_first() -> None:
    found = allergy_matches(_product(CEPHALEXIN), ["penicillin", "cephalexin"])

    assert [fact.relation for fact in found] == [AllergyRelation.EXACT, AllergyRelation.LOW]


def test_an_own_list_says_that_nobody_reviewed_it() -> None:
    (fact,) = allergy_matches(_product(AMOXICILLIN), ["penicillin"])

    assert fact.source.is_own_list
    assert not fact.source.is_reviewed


def test_a_name_that_is_taken_for_another_names_the_other() -> None:
    others = {fact.other for fact in look_alikes(_product("59011-410"))}

    assert "oxyCODONE" in others or "MS Contin" in others or "HYDROcodone" in others


def test_a_medication_guide_is_yes_check_or_not_listed_and_never_no() -> None:
    assert requires_medication_guide(_product("0049-4900")).answer is GuideAnswer.YES
    assert requires_medication_guide(_product(IBUPROFEN)).answer is GuideAnswer.CHECK
    not_listed = requires_medication_guide(_product(LISINOPRIL))
    assert not_listed.answer is GuideAnswer.NOT_LISTED
    assert not_listed.source is None


def test_names_are_written_in_tall_man_letters_of_the_list() -> None:
    written = split_tall_man("hydroxyzine hydrochloride", TallManName.objects.table())

    assert "".join(segment.text for segment in written) == "hydrOXYzine hydrochloride"
