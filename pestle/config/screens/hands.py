"""What somebody does at a page before a picture is taken: keys, scans, and lines that fail."""

from typing import TYPE_CHECKING

from django.db.models import Count, QuerySet

from pestle.demo.day.bench import bottle_code
from pestle.demo.people import STAFF
from pestle.records.fills import Fill
from pestle.records.handover import Bag
from pestle.records.patients import Patient
from pestle.records.stock import Lot
from pestle.stations import scanning

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

SCANNER_GAP = 0.004
SETTLES_MS = 700
FAULT = "4F2-17"


def press(page: "Page", *names: str) -> None:
    """Press keys one after the other and let the page settle."""
    for name in names:
        page.keyboard.press(name)
    page.wait_for_timeout(SETTLES_MS)
    page.wait_for_load_state()


def type_into(page: "Page", field: str, words: str, *names: str) -> None:
    """Write over a field and press keys."""
    page.fill(field, words)
    press(page, *names)


def scan(page: "Page", text: str) -> None:
    """Scan a code: key events 4 ms apart by their own times, so that a busy machine does not make it typing."""
    keyboard = page.context.new_cdp_session(page)
    at = page.evaluate("(performance.timeOrigin + performance.now()) / 1000")
    for key in (*text, "Enter"):
        typed = "\r" if key == "Enter" else key
        event = {
            "key": key,
            "code": key if key == "Enter" else "",
            "timestamp": at,
            "windowsVirtualKeyCode": ord(typed),
        }
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyDown", **event, "text": typed, "unmodifiedText": typed})
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})
        at += SCANNER_GAP
    keyboard.detach()
    page.wait_for_timeout(SETTLES_MS)
    page.wait_for_load_state()


def sign_in_wrongly(page: "Page") -> None:
    """Type a password that is not the right one."""
    page.fill("input[name=login]", "ada")
    page.fill("input[name=password]", "not this one")
    with page.expect_navigation():
        page.press("input[name=password]", "Enter")


def lock_and_scan_badge(page: "Page") -> None:
    """Lock the bench and scan a badge there."""
    press(page, "Alt+l")
    scan(page, scanning.badge_code(STAFF[0].badge))


def press_first_button(page: "Page") -> None:
    """Send the first form of the work as it stands."""
    page.locator("main form button[type=submit]:visible").first.click()
    press(page)


def send(page: "Page", *, how: str) -> None:
    """Send the work over a line that waits, is cut, or brings a fault back."""

    def answer(route: "Route") -> None:
        if route.request.method != "POST" or how == "wait":
            return None if route.request.method == "POST" else route.continue_()
        if how == "cut":
            return route.abort()
        return route.fulfill(status=500, headers={"X-Fault": FAULT}, body="")

    page.route("**/*", answer)
    page.locator("form[id=entry]").evaluate("each => each.requestSubmit()")
    page.wait_for_timeout(1600 if how == "wait" else SETTLES_MS)


def go_offline(page: "Page") -> None:
    """Pull the plug of the line."""
    page.context.set_offline(True)
    page.wait_for_timeout(SETTLES_MS)


def look_up_a_drug(page: "Page") -> None:
    """Look for a drug by the beginning of a look-alike name."""
    press(page, "F4")
    page.keyboard.press("Control+a")
    page.keyboard.type("hydr 25 tab", delay=60)
    page.wait_for_timeout(2 * SETTLES_MS)


def scan_right_bottle(page: "Page") -> None:
    """Scan the label and a bottle that fits."""
    fill = _fill_of(page)
    scan(page, scanning.label_code(fill))
    lot = _lots(fill.pharmacy_id).filter(package=fill.package).first()
    if lot is not None:
        scan(page, bottle_code(lot))


def scan_wrong_bottle(page: "Page") -> None:
    """Scan the label and the bottle of another drug: the same one in another strength where there is one."""
    fill = _fill_of(page)
    scan(page, scanning.label_code(fill))
    if fill.package is None:
        raise LookupError("this fill has no drug yet")
    others = _lots(fill.pharmacy_id).exclude(package=fill.package)
    name = fill.package.product.nonproprietary_name
    lot = others.filter(package__product__nonproprietary_name__iexact=name).first() or others.first()
    if lot is not None:
        scan(page, bottle_code(lot))


def scan_vial(page: "Page") -> None:
    """Scan the vial that is to be checked, tick one of the two and mark a field."""
    scan(page, scanning.label_code(_fill_of(page)))
    press(page, "Alt+u", "Space")


def ask_for_somebody(page: "Page", *, scans: bool = False, wrong: bool = False) -> None:
    """Ask for the person with most bags ready; scan them, or the bag of somebody else."""
    ready = Fill.objects.filter(state="in_will_call", bag__isnull=False, price__isnull=False)
    whose = (
        Patient.objects.filter(prescriptions__fills__in=ready).annotate(number=Count("prescriptions__fills"))
        .order_by("-number", "pk").first()
    )  # fmt: skip
    if whose is None:
        raise LookupError("nobody has a bag ready")
    page.fill("#said-name", f"{whose.given} {whose.family}")
    page.fill("#said-birth", whose.birth_on.strftime("%m/%d/%Y"))
    with page.expect_navigation():
        page.keyboard.press("F10")
    mine = ready.filter(prescription__patient=whose)
    if wrong:
        other = Bag.objects.filter(fills__in=ready.exclude(prescription__patient=whose)).first()
        if other is None:
            raise LookupError("nobody else has a bag ready")
        scan(page, scanning.bag_code(other))
    for bag in Bag.objects.filter(fills__in=mine).distinct() if scans else ():
        scan(page, scanning.bag_code(bag))


def ask_for_nobody(page: "Page") -> None:
    """Ask for a name that nobody here has."""
    page.fill("#said-name", "Nobody Atall")
    page.fill("#said-birth", "01/02/1980")
    press(page, "F10")


def _fill_of(page: "Page") -> Fill:
    number = page.url.rstrip("/").rsplit("/", 1)[-1]
    return Fill.objects.select_related("package__product", "prescription", "pharmacy").get(pk=number)


def _lots(pharmacy_id: int) -> QuerySet[Lot]:
    return Lot.objects.filter(pharmacy_id=pharmacy_id, returned_fill=None, is_recalled=False).order_by("expires_on")
