"""The smaller files, each into a table of its own: which file, which table, and how a row is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction

from pestle.records.catalogue import Price, SourceFile, TallManName
from pestle.records.loading.copying import Merged, Values, Watch, merge, watched
from pestle.records.loading.sources import Row, Source, day, listed
from pestle.records.reference_lists import (
    CommonDirections,
    ControlledName,
    Diagnosis,
    ProductConcept,
    ProviderTaxonomy,
    RecallNotice,
    RxNormName,
    SearchAbbreviation,
    Shortage,
)
from pestle.records.safety_lists import (
    Allergen,
    AllergyGroup,
    AuxiliaryLabel,
    ChildResistantExemption,
    DoNotCrush,
    DuplicateTherapyClass,
    ErrorProneAbbreviation,
    HazardousDrug,
    HighAlert,
    Interaction,
    LookAlike,
    MedicationGuide,
    OpenedPackage,
    StorageRule,
    WasteCode,
)
from pestle.terms.drugs.substances import base_substance, base_substances


@dataclass(frozen=True, slots=True)
class ListFile:
    """How one list is loaded. Old rows go, except of a list whose past is kept, or that shares its table."""

    name: str
    model: type[models.Model]
    key: tuple[str, ...]
    read: Callable[[Row], Values]
    keeps_old_rows: bool = False


# Two drugs of these classes are ordinary, or they are no drugs a technician fills.
_TOO_BROAD = (
    "Allergenic",
    "Allergen",
    "Vitamin",
    "Vaccine",
    "Radioactive",
    "Contrast",
    "Diagnostic",
    "Venom",
    "Amino Acid",
    "Blood",
    "Immunoglobulin",
    "Calcium",
    "Potassium Salt",
    "Lipid Emulsion",
    "Photo",
    "Skin Test",
    "Copper",
    "Anti-epileptic",
    "Kinase Inhibitor",
    "Alkylating",
    "Antimetabolite",
    "Hydrolytic",
    "Osmotic",
    "Insulin",
    "Non-Nucleoside",
    "Nucleoside",
    "Protease",
    "Antimycobacterial",
)


def _interaction(row: Row) -> Values:
    first, second = sorted((row["ingredient_1"], row["ingredient_2"]))
    base_1, base_2 = sorted((base_substance(first), base_substance(second)))
    return {
        "ingredient_1": first,
        "ingredient_2": second,
        "base_1": base_1,
        "base_2": base_2,
        "severity": row["severity"],
        "origin": row["source"],
    }


def _duplicate_class(row: Row) -> Values:
    substances = listed(row["substances"])
    return {
        "name": row["epc_class"],
        "substances": list(substances),
        "base_substances": list(base_substances(substances)),
        "alerts": not any(part in row["epc_class"] for part in _TOO_BROAD),
    }


def _medication_guide(row: Row) -> Values:
    ingredients = listed(row["ingredients"])
    return {
        "application_digits": row["appl_no"],
        "trade_names": row["trade_names"],
        "ingredients": list(ingredients),
        "base_substances": list(base_substances(ingredients)),
        "latest_on": day(row["latest_med_guide_date"]),
    }


def _recall(row: Row) -> Values:
    return {
        "number": row["recall_number"],
        "event": row["event_id"],
        "classification": row["classification"],
        "status": row["status"],
        "firm": row["firm"],
        "product_description": row["product_description"],
        "reason": row["reason"],
        "lots_text": row["lots_text"],
        "started_on": day(row["started_on"]),
        "reported_on": day(row["reported_on"]),
        "ended_on": day(row["ended_on"]),
        "ndc11s": list(listed(row["ndc11s"])),
        "label_ndc11s": list(listed(row["label_ndc11s"])),
    }


def _opened_package(row: Row) -> Values:
    numbers = ("in_use_days", "prime_units", "dose_step", "holds")
    words = ("product", "container", "strength", "each_is")
    told = {name: row[name] for name in words} | {name: row[name] or None for name in numbers}
    return told | {"doses": row["doses"] or "0"}


LISTS = (
    ListFile(
        "nadac",
        Price,
        ("ndc11", "effective_on"),
        lambda row: {
            "ndc11": row["ndc11"],
            "per_unit": row["nadac_per_unit"],
            "billing_unit": row["pricing_unit"],
            "effective_on": day(row["effective_date"]),
        },
        keeps_old_rows=True,
    ),
    ListFile("interactions", Interaction, ("ingredient_1", "ingredient_2"), _interaction),
    ListFile("duplicates", DuplicateTherapyClass, ("name",), _duplicate_class),
    ListFile(
        "allergies",
        AllergyGroup,
        ("name",),
        lambda row: {
            "name": row["group"],
            "members": list(listed(row["members"])),
            "epc_classes": list(listed(row["epc_classes"])),
            "aliases": list(listed(row["aliases"])),
            "relation": row["relation"],
            "note": row["note"],
        },
    ),
    ListFile(
        "allergens",
        Allergen,
        ("name",),
        lambda row: {
            "name": row["allergen"],
            "kind": row["type"],
            "is_active": row["active"] == "Y",
            "synonyms": list(listed(row["synonyms"])),
            "va_drug_classes": list(listed(row["va_drug_classes"])),
        },
    ),
    ListFile(
        "tall_man",
        TallManName,
        ("plain_name",),
        lambda row: {
            "confusion_set": int(row["group"]),
            "plain_name": row["plain_name"],
            "tall_man_name": row["tall_man_name"],
        },
    ),
    ListFile(
        "look_alikes",
        LookAlike,
        ("name_1", "name_2"),
        lambda row: {"name_1": row["name_1"], "name_2": row["name_2"], "kind": row["kind"]},
    ),
    ListFile(
        "abbreviations",
        ErrorProneAbbreviation,
        ("abbreviation", "meant"),
        lambda row: {name: row[name] for name in ("abbreviation", "meant", "misread_as", "use_instead", "basis")},
    ),
    ListFile(
        "high_alert",
        HighAlert,
        ("category",),
        lambda row: {
            "category": row["category"],
            "setting": row["setting"],
            "examples": list(listed(row["examples"])),
            "risk": row["risk"],
        },
    ),
    ListFile(
        "storage",
        StorageRule,
        ("product", "form"),
        lambda row: {name: row[name] for name in ("product", "form", "storage")},
    ),
    ListFile("opened_packages", OpenedPackage, ("product", "container", "strength", "doses"), _opened_package),
    ListFile(
        "child_resistant",
        ChildResistantExemption,
        ("clause",),
        lambda row: {name: row[name] for name in ("clause", "drug", "form", "limit")},
    ),
    ListFile("medication_guides", MedicationGuide, ("application_digits",), _medication_guide),
    ListFile(
        "do_not_crush",
        DoNotCrush,
        ("generic_name", "dosage_form"),
        lambda row: {name: row[name] for name in ("generic_name", "dosage_form", "reason")},
    ),
    ListFile("waste_codes", WasteCode, ("ndc11",), lambda row: {"ndc11": row["ndc11"], "code": row["epa_waste_code"]}),
    ListFile(
        "hazardous",
        HazardousDrug,
        ("name",),
        lambda row: {
            "name": row["drug"],
            "niosh_group": row["group_2016"],
            "was_removed_later": row["reported_removed_by_2024"],
        },
    ),
    ListFile(
        "auxiliary_labels", AuxiliaryLabel, ("name",), lambda row: {"name": row["name"], "text": row["label_text"]}
    ),
    ListFile("recalls", RecallNotice, ("number",), _recall),
    ListFile(
        "shortages",
        Shortage,
        ("ndc11", "status", "availability", "generic_name"),
        lambda row: {
            "ndc11": row["ndc11"],
            "generic_name": row["generic_name"],
            "status": row["status"],
            "availability": row["availability"],
            "posted_on": day(row["initial_posting_date"]),
            "company": row["company_name"],
        },
    ),
    ListFile(
        "controlled",
        ControlledName,
        ("name",),
        lambda row: {name: row[name] for name in ("name", "never_below", "note")},
    ),
    ListFile(
        "rxnorm_names", RxNormName, ("rxcui",), lambda row: {name: row[name] for name in ("rxcui", "name", "kind")}
    ),
    ListFile(
        "rxnorm_derived",
        ProductConcept,
        ("product_ndc", "rxcui", "source_id"),
        lambda row: {"product_ndc": row["product_ndc"], "rxcui": row["rxcui"], "certainty": "our own match"},
        keeps_old_rows=True,
    ),
    ListFile(
        "rxnorm_openfda",
        ProductConcept,
        ("product_ndc", "rxcui", "source_id"),
        lambda row: {name: row[name] for name in ("product_ndc", "rxcui", "certainty")},
        keeps_old_rows=True,
    ),
    ListFile(
        "diagnoses",
        Diagnosis,
        ("code",),
        lambda row: {
            "code": row["code"],
            "is_billable": row["billable"] == "Y",
            "is_in_newest_list": row["in_april_2026_list"] == "Y",
            "description": row["description"],
        },
    ),
    ListFile("taxonomy", ProviderTaxonomy, ("code",), lambda row: {"code": row["taxonomy_code"], "name": row["name"]}),
    ListFile(
        "directions",
        CommonDirections,
        ("generic_name", "dosage_form", "directions"),
        lambda row: {
            "generic_name": row["generic_name"],
            "brand_names": list(listed(row["brand_names"])),
            "dosage_form": row["dosage_form"],
            "strengths": list(listed(row["strengths"])),
            "directions": row["typical_directions"],
            "quantity": row["typical_quantity"],
            "use": row["common_use"],
        },
    ),
    ListFile(
        "search_words",
        SearchAbbreviation,
        ("typed",),
        lambda row: {"typed": row["typed"], "means": row["means"]},
    ),
)


def load_list(
    list_file: ListFile, sources: Mapping[str, Source], *, at: datetime, watch: Watch, again: bool = False
) -> Merged | None:
    """Load one list in one transaction; None if this very file is loaded already."""
    source = sources[list_file.name]
    digest = source.digest()
    if not again and SourceFile.objects.filter(name=source.name, digest=digest).exists():
        source.save_review()
        return None
    with transaction.atomic():
        file = source.save(at=at, digest=digest, rows=source.rows)
        rows = ({**list_file.read(row), "source_id": file.pk, "as_of_on": file.as_of_on} for row in source.read())
        return merge(
            list_file.model,
            watched(rows, list_file.name, watch),
            key=list_file.key,
            delete_missing=not list_file.keeps_old_rows,
        )
