"""What the loaded lists say about products: rows into the facts that rules see."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations
from itertools import product as pairs_of

from django.db.models import Q

from pestle.records.catalogue import Product, SourceFile
from pestle.records.safety_lists import (
    AllergyGroup,
    ChildResistantExemption,
    DuplicateTherapyClass,
    Interaction,
    LookAlike,
    MedicationGuide,
)
from pestle.records.statements.prepared import Prepared
from pestle.terms.drugs.child_resistant import Dispensed, Exemption, exemption_of
from pestle.terms.drugs.drug_facts import (
    AllergyFact,
    AllergyRelation,
    DuplicateFact,
    GuideAnswer,
    InteractionFact,
    InteractionSeverity,
    ListSource,
    LookAlikeFact,
    MedicationGuideFact,
)
from pestle.terms.drugs.listed_strength import ListedStrength
from pestle.terms.drugs.search_words import words_of
from pestle.terms.drugs.substances import base_substance, base_substances


def list_source(file: SourceFile) -> ListSource:
    """Give what a page says about the file a fact is from."""
    return ListSource(file.title, file.as_of_on, file.reviewed_by, file.is_own_list)


def interactions_between(substances: Iterable[str], others: Iterable[str] | None = None) -> tuple[InteractionFact, ...]:
    """Give the known interactions of these substances with the others, or, without others, among themselves.

    Salts do not matter. Where several rows speak of one pair, the gravest is given; the gravest pairs come first.
    """
    first = base_substances(tuple(substances))
    pairs = combinations(first, 2) if others is None else pairs_of(first, base_substances(tuple(others)))
    asked = {tuple(sorted(pair)): pair for pair in pairs if pair[0] != pair[1]}
    if not asked:
        return ()
    ends_1, ends_2 = {low for low, _ in asked}, {high for _, high in asked}
    rows = Interaction.objects.filter(base_1__in=ends_1, base_2__in=ends_2).select_related("source")
    found: dict[tuple[str, ...], InteractionFact] = {}
    for row in sorted(rows, key=_gravity):
        if pair := asked.get((row.base_1, row.base_2)):
            severity = InteractionSeverity(row.severity)
            found.setdefault(pair, InteractionFact(*pair, severity, list_source(row.source)))
    return tuple(found.values())


def duplicate_classes(product: Product) -> tuple[DuplicateFact, ...]:
    """Give the classes of this product of which a second drug should be noticed."""
    rows = DuplicateTherapyClass.objects.filter(alerts=True).filter(
        Q(name__in=product.epc_classes) | Q(base_substances__overlap=product.base_substances)
    )
    return tuple(
        DuplicateFact(row.name, list_source(row.source)) for row in rows.select_related("source").order_by("name")
    )


def shared_duplicate_classes(product: Product, other: Product) -> tuple[DuplicateFact, ...]:
    """Give the classes both products belong to: one therapy twice."""
    names = {fact.name for fact in duplicate_classes(other)}
    return tuple(fact for fact in duplicate_classes(product) if fact.name in names)


def allergy_matches(product: Product, allergies: Iterable[str]) -> tuple[AllergyFact, ...]:
    """Give why a patient with these allergies, as they were written down, may react to the product.

    Of each allergy only the closest relation is given. Nothing found is no proof: the groups are few, and spelling may
    differ.
    """
    groups = list(AllergyGroup.objects.select_related("source").order_by("name"))
    closest = (min(_allergy_facts(product, each, groups), key=_closeness, default=None) for each in allergies)
    return tuple(sorted((fact for fact in closest if fact is not None), key=_closeness))


def look_alikes(product: Product) -> tuple[LookAlikeFact, ...]:
    """Give the names either name of the product is taken for."""
    own = {*words_of(product.proprietary_name), *words_of(product.nonproprietary_name)}
    rows = LookAlike.objects.select_related("source").order_by("name_1", "name_2")
    return tuple(fact for row in rows for fact in _look_alike(row, own))


def requires_medication_guide(product: Product) -> MedicationGuideFact:
    """Say whether a Medication Guide goes with the product; an unlisted one is not a "no"."""
    digits = "".join(letter for letter in product.application_number if letter.isdigit())
    own = _OWN_GUIDE.first(digits) if digits else None
    if own is not None:
        said = "The FDA posted a Medication Guide for this application."
        return MedicationGuideFact(GuideAnswer.YES, said, own.latest_on, list_source(own.source))
    alike = _guide_of_the_same_ingredients(product)
    if alike is not None:
        said = f"The FDA posted one for {alike.trade_names}, with the same ingredients: check this label."
        return MedicationGuideFact(GuideAnswer.CHECK, said, alike.latest_on, list_source(alike.source))
    return MedicationGuideFact(GuideAnswer.NOT_LISTED, "No Medication Guide is on the list we have.", None, None)


def child_resistant_exemption(
    product: Product, *, quantity: Decimal, package_units: Decimal | None = None
) -> Exemption | None:
    """Give the clause of the list under which so much of a product may leave without a child-resistant cap."""
    told = {row.clause: f"{row.drug}, {row.form}" for row in ChildResistantExemption.objects.all()}
    dispensed = Dispensed(
        substances=tuple(product.base_substances),
        names=f"{product.nonproprietary_name} {' '.join(product.substances)}".lower(),
        dosage_form=product.dosage_form,
        routes=product.route,
        strengths=tuple(filter(None, map(ListedStrength.told, product.strengths))),
        quantity=quantity,
        is_whole_package=bool(package_units) and quantity == package_units,
    )
    return exemption_of(dispensed, told)


_OWN_GUIDE = Prepared(
    lambda digits: (
        MedicationGuide.objects.filter(application_digits=digits).select_related("source").order_by("pk")[:1]
    ),
    (str,),
)


def _guide_of_the_same_ingredients(product: Product) -> MedicationGuide | None:
    if not product.base_substances:
        return None
    alike = MedicationGuide.objects.filter(base_substances=sorted(product.base_substances))
    return alike.select_related("source").order_by("pk").first()


def _gravity(row: Interaction) -> int:
    return list(InteractionSeverity).index(InteractionSeverity(row.severity))


def _closeness(fact: AllergyFact) -> int:
    return list(AllergyRelation).index(fact.relation)


def _allergy_facts(product: Product, allergen: str, groups: Sequence[AllergyGroup]) -> Iterator[AllergyFact]:
    named = base_substance(allergen)
    exact = next((each for each in product.base_substances if each == named), None)
    names = {base_substance(product.proprietary_name), base_substance(product.nonproprietary_name)}
    if exact is not None or named in names:
        source = list_source(product.source)
        yield AllergyFact(allergen, exact or named, AllergyRelation.EXACT, "", "", source)
        return
    for group in groups:
        substance = _member_of(product, group)
        if substance and _is_meant(named, group):
            relation = AllergyRelation(group.relation)
            yield AllergyFact(allergen, substance, relation, group.name, group.note, list_source(group.source))


def _member_of(product: Product, group: AllergyGroup) -> str:
    members = set(map(base_substance, group.members))
    member = next((each for each in product.base_substances if each in members), "")
    if member:
        return member
    in_class = next((each for each in product.epc_classes if each in group.epc_classes), "")
    return f"class {in_class}" if in_class else ""


def _is_meant(named: str, group: AllergyGroup) -> bool:
    spoken = {base_substance(each) for each in (group.name, *group.members, *group.aliases, *group.epc_classes)}
    return bool(spoken & {named, f"{named}s", named.removesuffix("s")})


def _look_alike(row: LookAlike, own: set[str]) -> Iterator[LookAlikeFact]:
    for name, other in ((row.name_1, row.name_2), (row.name_2, row.name_1)):
        if set(words_of(name)) <= own and not set(words_of(other)) <= own:
            yield LookAlikeFact(name, other, row.kind, list_source(row.source))
