"""What is kept cold until it is opened, by our own list of storage (unreviewed)."""

from django.db.models import Q

from pestle.records.catalogue import Package
from pestle.records.safety_lists import StorageRule

COLD = Q(storage__istartswith="refriger") | Q(storage__istartswith="until opened") | Q(storage__istartswith="2-8")


def needs_cold(package: Package) -> bool:
    """This will tell whether the list says that a product comes and stands cold; what it does not name does not."""
    product = package.product
    name = product.nonproprietary_name.lower()
    names = StorageRule.objects.filter(COLD).values_list("product", "form")
    form = product.dosage_form.lower()
    return any(_is_named(listed, name) and _is_form(forms, form) for listed, forms in names)


def _is_named(listed: str, name: str) -> bool:
    return listed.lower() == name or name.startswith(f"{listed.lower()} ")


def _is_form(listed: str, form: str) -> bool:
    injected = {"pen", "vial", "syringe", "cartridge"}
    forms = [each.strip().lower() for each in listed.split(";") if each.strip()]
    return not forms or any(each in form or (each in injected and "inject" in form) for each in forms)
