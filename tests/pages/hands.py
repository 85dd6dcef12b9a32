"""One person at a bench: a keyboard and a scanner, no mouse. Every key that is pressed is counted; a scan is none."""

from dataclasses import dataclass, field
from uuid import uuid4

from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from pestle.records.people import Worker
from pestle.stations import people
from tests.pages.browser import scan, type_slowly

PIN = "730194"


@dataclass
class Hands:
    """What a person does at one window since `count_anew`: `keys` is every key pressed, `inputs` every single deed.

    One deed is a scan, a field typed with the key that ends it, a key by itself, or a signature.
    """

    page: Page
    url: str
    keys: list[str] = field(default_factory=list)
    inputs: int = 0

    def press(self, *names: str) -> None:
        """Press keys one after the other."""
        for name in names:
            self.keys.append(name)
            self.inputs += 1
            self.page.keyboard.press(name)

    def type(self, text: str, *, then: str = "") -> None:
        """Type like a person into what has the focus, then press a key."""
        self.keys += list(text)
        type_slowly(self.page, text)
        if then:
            self.press(then)
            self.inputs -= 1
        self.inputs += 1

    def write_over(self, text: str, *, then: str = "") -> None:
        """Type in place of what the field that has the focus holds."""
        self.press("Control+a")
        self.type(text, then=then)

    def scan(self, text: str) -> None:
        """Scan a code, and wait for its answer."""
        self.inputs += 1
        with self.page.expect_response(lambda answer: answer.request.method == "POST" and "/here/" not in answer.url):
            scan(self.page, text)

    def sign(self, pad: str) -> None:
        """Sign on the pad with the pen; it is no key."""
        self.inputs += 1
        box = self.page.locator(pad).bounding_box()
        assert box is not None
        pen = self.page.mouse
        pen.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.6)
        pen.down()
        for step in range(1, 6):
            pen.move(
                box["x"] + box["width"] * (0.3 + 0.06 * step), box["y"] + box["height"] * (0.6 - 0.08 * (step % 3))
            )
        with self.page.expect_response(lambda answer: answer.request.method == "POST" and "/here/" not in answer.url):
            pen.up()

    def is_at(self, address: str) -> None:
        """Wait for a page to be there and its script to listen."""
        self.page.wait_for_url(f"**{address}")
        self.page.wait_for_load_state()

    def is_in(self, field: str) -> None:
        """Wait until a field has the focus: what is typed before goes elsewhere."""
        self.page.wait_for_selector(f"{field}:focus")

    def sees(self, words: str) -> None:
        """Wait for words on the page."""
        expect(self.page.get_by_text(words).first).to_be_visible()

    def sees_heading(self, words: str) -> None:
        """Wait for a heading that begins with these words."""
        expect(self.page.get_by_role("heading", name=words).first).to_be_visible()

    def count_anew(self) -> None:
        """Forget the keys counted so far."""
        self.keys.clear()
        self.inputs = 0


def at_a_bench(page: Page, url: str, worker: Worker) -> Hands:
    """Give a window in which a worker is already signed in; signing in is tried elsewhere."""
    assert worker.account is not None
    client = Client()
    client.force_login(worker.account, "django.contrib.auth.backends.ModelBackend")
    page.context.add_cookies([{"name": each.key, "value": each.value, "url": url} for each in client.cookies.values()])
    return Hands(page, url)


def badge_of(worker: Worker) -> str:
    """Give a worker a badge and the PIN of these tests; gives the code on the badge."""
    act_id, at = uuid4(), timezone.now()
    people.give_badge(act_id=act_id, by=worker, at=at, worker_id=worker.pk)
    people.set_pin(act_id=uuid4(), by=worker, at=at, worker_id=worker.pk, pin=PIN)
    return people.badge_code(act_id)
