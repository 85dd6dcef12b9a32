"""What must be true of an order before it is sent, and of a package before it is ours."""

from datetime import timedelta

from pestle.rules.buying_facts import DeliveryFacts, OrderFacts
from pestle.rules.rule import rule
from pestle.terms.roles import LEADS, PHARMACISTS
from pestle.terms.schedule import Schedule

SHORT_DATED = timedelta(days=180)
COLD_FROM_C, COLD_TO_C = 2, 8


@rule(cites="house rule: an order says what is wanted", field="lines")
def order_asks_for_something(order: OrderFacts) -> str | None:
    """An order has at least one line with at least one package."""
    return None if order.packages else "Put at least one product on the order."


@rule(cites="house rule: an order has somebody to go to", field="supplier")
def order_has_a_supplier(order: OrderFacts) -> str | None:
    """An order that goes by wire names a supplier that is in use."""
    if order.goes_by_wire and not order.supplier_is_known:
        return "Choose a supplier, or write this order on paper."
    return None


@rule(cites="21 CFR 1305.03, 1305.12, 1305.21", field="lines")
def schedule_ii_is_ordered_on_its_own_form(order: OrderFacts) -> str | None:
    """Schedule II is ordered on a DEA form 222 or by CSOS, never on an ordinary order."""
    if Schedule.II in order.schedules and order.goes_by_wire:
        return "Schedule II goes on a DEA form 222 or by CSOS: take it off this order and write the form."
    return None


@rule(cites="21 CFR 1306.04; house rule: an unknown schedule asks", field="lines", lifted_by=PHARMACISTS)
def order_knows_its_schedules(order: OrderFacts) -> str | None:
    """A product whose schedule is unknown is not ordered until a pharmacist has said what it is."""
    if Schedule.UNKNOWN in order.schedules:
        return "One product's schedule is unknown: a pharmacist says what it is before it is ordered."
    return None


@rule(cites="house rule: a reason stands beside every exception", field="reason")
def ending_an_order_has_a_reason(order: OrderFacts) -> str | None:
    """Packages that will not come any more are given up with a reason."""
    if order.packages_open and not order.reason.strip():
        return f"{order.packages_open} packages are still to come: say why they are given up."
    return None


@rule(cites="21 U.S.C. 360eee-1(d)(1): product of a dispenser is identified", field="scan")
def package_is_of_a_known_product(delivery: DeliveryFacts) -> str | None:
    """A code that the drug directory does not know never joins a line: a pharmacist says what it is first."""
    if not delivery.taken.product_is_known:
        return "Nobody knows this code: set the package apart, a pharmacist says what it is."
    return None


@rule(cites="house rule: every lot is traced", field="lot")
def package_has_a_lot(delivery: DeliveryFacts) -> str | None:
    """What comes in has its lot, from the code or typed from the bottle."""
    return None if delivery.taken.lot_number.strip() else "Type the lot from the bottle: this code does not carry it."


@rule(cites="21 U.S.C. 351(a)(2)(B); USP <7>", field="expires_on")
def package_has_an_expiry(delivery: DeliveryFacts) -> str | None:
    """What comes in has an expiry date."""
    return None if delivery.taken.expires_on else "Type the expiry date from the bottle: this code does not carry it."


@rule(cites="21 U.S.C. 351(a)(2)(B); USP <7>", field="expires_on")
def package_is_in_date(delivery: DeliveryFacts) -> str | None:
    """An expired package is not received: it goes back."""
    expires_on = delivery.taken.expires_on
    if expires_on and expires_on < delivery.today:
        return f"This package expired {expires_on:%b %-d, %Y}: set it apart and claim it from the supplier."
    return None


@rule(
    cites="standard of practice: short-dated stock is refused or accepted knowingly",
    field="expires_on",
    lifted_by=LEADS,
)
def package_is_not_short_dated(delivery: DeliveryFacts) -> str | None:
    """A package that expires within 180 days is taken only by a lead, with a reason."""
    expires_on = delivery.taken.expires_on
    if expires_on and delivery.today <= expires_on < delivery.today + SHORT_DATED:
        days = (expires_on - delivery.today).days
        return f"Short-dated: {days} days left. A lead may take it with a reason, or it goes back."
    return None


@rule(cites="21 CFR 7.3(m), 7.49", field="lot")
def package_is_not_recalled(delivery: DeliveryFacts) -> str | None:
    """A recalled lot is not received into stock."""
    return "This lot is recalled: set it apart." if delivery.taken.is_recalled else None


@rule(cites="house rule: quantity is counted in billing units", field="scan")
def package_size_is_known(delivery: DeliveryFacts) -> str | None:
    """What is received is counted in units, so the package's size must be certain."""
    if not delivery.taken.units_are_known:
        return "The directory does not say how much is in this package: a lead enters its size on the product's page."
    return None


@rule(cites="house rule: a number is above nothing", field="packages")
def packages_are_counted(delivery: DeliveryFacts) -> str | None:
    """At least one package is taken at a time."""
    return None if delivery.taken.packages > 0 else "Say how many packages: one or more."


@rule(cites="USP <659>: refrigerator 2 to 8 °C; manufacturer's labelling", field="temperature", lifted_by=PHARMACISTS)
def cold_package_came_cold(delivery: DeliveryFacts) -> str | None:
    """What is kept cold is taken in with the temperature it came at; out of range it is a pharmacist's decision."""
    taken = delivery.taken
    if not taken.needs_cold:
        return None
    if taken.temperature_c is None:
        return "This is kept cold: measure and type the temperature it came at."
    if not COLD_FROM_C <= taken.temperature_c <= COLD_TO_C:
        return f"It came at {taken.temperature_c} °C, not at 2 to 8 °C: a pharmacist decides, or set it apart."
    return None


@rule(cites="21 CFR 1301.71, 1304.22(c); house rule: two people at the vault", field="witness")
def vault_line_has_two_people(delivery: DeliveryFacts) -> str | None:
    """Schedule II is counted in by two people, neither of whom sees what was announced."""
    if delivery.taken.schedule is not Schedule.II:
        return None
    if delivery.witness_id is None or delivery.witness_id == delivery.worker_id:
        return "Schedule II is counted in by two people: the second one scans a badge and types the PIN."
    return None


@rule(cites="21 CFR 1304.22(c): receipt is recorded; house rule: blind count")
def every_vault_line_is_counted(delivery: DeliveryFacts) -> str | None:
    """A delivery is not closed while an announced controlled line was not counted."""
    if delivery.vault_lines_uncounted:
        return f"{delivery.vault_lines_uncounted} controlled lines are still to count: two people do it."
    return None


@rule(cites="21 U.S.C. 360eee-1(d); house rule: differences are claimed", field="reason")
def differences_are_explained(delivery: DeliveryFacts) -> str | None:
    """What is short, over or damaged is explained before the delivery is closed; a claim follows from it."""
    if delivery.differences_open and not delivery.reason.strip():
        lines = "line differs" if delivery.differences_open == 1 else "lines differ"
        return f"{delivery.differences_open} {lines} from what was announced: look again, or say what to claim."
    return None


@rule(cites="house rule: a reason stands beside every exception", field="reason")
def setting_apart_has_a_reason(delivery: DeliveryFacts) -> str | None:
    """A package is set apart with its reason: damaged, warm, suspect, expired, not ordered."""
    return None if delivery.reason.strip() else "Say why it is set apart: damaged, warm, suspect, not ordered."
