"""The keys, the scanner and the parts, tried in a real browser on the gallery."""

from collections.abc import Iterator

import pytest
from django.test import override_settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.pages.browser import axe, scan, type_slowly

pytestmark = pytest.mark.browser

SAID = "#scan-said"


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    """The gallery's address; it needs no database."""
    with override_settings(ROOT_URLCONF="tests.pages.gallery_urls", DEBUG=True):
        server = LiveServer("127.0.0.1")
        yield f"{server.url}/parts/"
        server.stop()


@pytest.fixture
def parts(page: Page, gallery: str) -> Page:
    page.goto(gallery)
    return page


@pytest.fixture
def work(page: Page, gallery: str) -> Page:
    page.goto(f"{gallery}work/")
    return page


def test_a_scan_is_heard_and_never_lands_in_the_field_that_has_the_focus(parts: Page) -> None:
    parts.locator("#id_plain").focus()

    scan(parts, "68180098001")

    expect(parts.locator(SAID)).to_have_text("Match")
    expect(parts.locator("#scan-bar")).to_have_attribute("data-state", "match")
    expect(parts.locator("#heard")).to_contain_text("68180098001")
    expect(parts.locator("#id_plain")).to_have_value("60")
    expect(parts.locator("#id_plain")).to_be_focused()


def test_a_scan_into_a_half_typed_field_leaves_what_was_typed(parts: Page) -> None:
    parts.locator("#id_plain").fill("")
    parts.locator("#id_plain").focus()
    type_slowly(parts, "12")

    scan(parts, "RX7204418", suffix="Tab")

    expect(parts.locator("#heard")).to_contain_text("RX7204418")
    expect(parts.locator("#id_plain")).to_have_value("12")


def test_a_scanner_without_a_suffix_is_told_by_speed_alone(parts: Page) -> None:
    parts.locator("#id_plain").focus()
    # The page's clock stands still while the keys come, so that a busy machine does not end the burst in the middle.
    parts.clock.install()
    parts.clock.pause_at(parts.evaluate("Date.now() + 1000"))

    scan(parts, "010031657111410817280630", suffix="")
    parts.clock.run_for(1500)

    expect(parts.locator("#heard")).to_contain_text("010031657111410817280630")
    expect(parts.locator("#id_plain")).to_have_value("60")


def test_typing_is_no_scan(parts: Page) -> None:
    parts.locator("#id_plain").fill("")
    parts.locator("#id_plain").focus()

    type_slowly(parts, "120", suffix="Enter")

    expect(parts.locator("#id_plain")).to_have_value("120")
    expect(parts.locator(SAID)).to_have_text("Ready")
    expect(parts.locator("#id_focus")).to_be_focused()


def test_two_scans_in_a_row_are_both_answered_in_order(parts: Page) -> None:
    scan(parts, "FIRST-STOP-1")
    scan(parts, "SECOND-22")

    expect(parts.locator("#heard")).to_contain_text("SECOND-22")
    expect(parts.locator(SAID)).to_have_text("Match")


@pytest.mark.parametrize(
    ("code", "state", "said"),
    [
        ("A-STOP-1", "stop", "Wrong strength"),
        ("AN-ASK-1", "ask", "Two drugs share this code"),
        ("OK-1", "match", "Match"),
    ],
)
def test_colour_words_and_sound_come_together(parts: Page, code: str, state: str, said: str) -> None:
    parts.evaluate("document.addEventListener('sounded', event => { window.sounded = event.detail; })")

    scan(parts, code)

    expect(parts.locator(SAID)).to_have_text(said)
    expect(parts.locator("#scan-bar")).to_have_attribute("data-state", state)
    assert parts.evaluate("window.sounded") == state


def test_a_stop_is_told_at_once_to_those_who_listen(parts: Page) -> None:
    scan(parts, "A-STOP-1")

    expect(parts.locator("#said-now")).to_have_text("Stop. This bottle is 20 mg. The label asks for 10 mg.")


def test_a_bench_that_is_set_to_off_makes_no_sound(parts: Page) -> None:
    parts.evaluate("localStorage.setItem(`pestle.volume.${document.body.dataset.bench}`, 'off')")
    parts.evaluate("document.addEventListener('sounded', event => { window.sounded = event.detail; })")

    scan(parts, "OK-1")

    expect(parts.locator(SAID)).to_have_text("Match")
    assert parts.evaluate("window.sounded ?? null") is None


def test_enter_goes_from_field_to_field_and_ends_at_the_step(parts: Page) -> None:
    parts.locator("#id_plain").focus()
    for field in ("#id_focus", "#id_refused"):
        parts.keyboard.press("Enter")
        expect(parts.locator(field)).to_be_focused()

    parts.keyboard.press("Enter")
    expect(parts.locator("[data-act]")).to_be_focused()

    parts.locator("#id_focus").focus()
    parts.keyboard.press("Shift+Enter")
    expect(parts.locator("#id_plain")).to_be_focused()


@pytest.mark.parametrize("chord", ["F10", "Control+Enter"])
def test_the_step_is_refused_beside_its_field_and_the_typing_stays(parts: Page, chord: str) -> None:
    parts.locator("#id_plain").fill("61")

    parts.keyboard.press(chord)

    refused = parts.locator("#id_refused-refused-no_more_than_prescribed")
    expect(refused).to_contain_text("No, because 90 is more than the 60 prescribed.")
    expect(refused).to_contain_text("A pharmacist can lift it, with a reason.")
    expect(parts.locator("#id_refused")).to_be_focused()
    expect(parts.locator("#id_refused")).to_have_attribute("aria-invalid", "true")
    expect(parts.locator("#id_refused")).to_have_attribute(
        "aria-describedby", "id_refused-refused-no_more_than_prescribed"
    )
    expect(parts.locator("#id_plain")).to_have_value("61")


def test_a_mended_step_goes_on_to_the_next_page(parts: Page) -> None:
    parts.keyboard.press("F10")
    expect(parts.locator(".field-no .refusal")).to_be_visible()

    parts.locator("#id_refused").fill("60")
    parts.keyboard.press("F10")

    parts.wait_for_url("**/parts/work/")


def test_a_fault_of_ours_keeps_the_typing_and_names_its_number(parts: Page, console: list[str]) -> None:
    parts.locator("#id_refused").fill("500")

    parts.keyboard.press("F10")

    expect(parts.locator("#faults")).to_contain_text("nothing was saved")
    expect(parts.locator("#faults .code")).to_have_text("7Q2-41")
    expect(parts.locator("#id_refused")).to_have_value("500")
    assert all("500" in each for each in console)
    console.clear()


def test_typing_comes_back_after_the_page_was_left(parts: Page, gallery: str) -> None:
    parts.locator("#id_plain").fill("")
    parts.locator("#id_plain").focus()
    type_slowly(parts, "77")
    parts.goto(f"{gallery}work/")

    parts.goto(gallery)

    expect(parts.locator("#id_plain")).to_have_value("77")


def test_escape_never_loses_typing(parts: Page) -> None:
    parts.locator("#id_plain").fill("77")
    parts.locator("#id_plain").focus()

    parts.keyboard.press("Escape")

    expect(parts.locator("#id_plain")).to_have_value("77")


@pytest.mark.parametrize(
    ("chord", "place"), [("F3", "#scan-text"), ("Alt+j", "#scan-text"), ("F4", "#id_focus"), ("Alt+g", "#id_focus")]
)
def test_a_key_leads_to_the_place_it_is_printed_on(parts: Page, chord: str, place: str) -> None:
    parts.keyboard.press(chord)

    expect(parts.locator(place)).to_be_focused()


def test_help_tells_about_the_field(parts: Page) -> None:
    parts.locator("#id_plain").focus()

    parts.keyboard.press("F1")

    expect(parts.locator("#help")).to_have_text("Type how many the prescriber wrote.")


def test_a_shut_step_keeps_its_place_and_says_what_opens_it(work: Page) -> None:
    work.keyboard.press("F10")

    expect(work.locator("[data-act]")).to_be_focused()
    expect(work.locator("#help")).to_contain_text("waits for a matching bottle")
    expect(work.locator("#said-now")).to_contain_text("waits for a matching bottle")


def test_a_shut_button_explains_itself_to_the_mouse_too(parts: Page) -> None:
    parts.get_by_role("button", name="Sell").click(force=True)

    expect(parts.locator("#help")).to_have_text("opens when the last bag is scanned")


def test_keys_of_the_browser_are_left_alone(parts: Page) -> None:
    parts.evaluate(
        """window.taken = [];
        document.addEventListener('keydown', event => event.defaultPrevented && window.taken.push(event.code));
        const button = document.createElement('button'); button.dataset.key = 'F5'; button.textContent = 'no';
        document.getElementById('main').append(button);
        button.addEventListener('click', () => window.taken.push('clicked'));"""
    )
    for code in ("F5", "F11", "F12"):
        parts.locator("body").dispatch_event("keydown", {"code": code, "bubbles": True, "cancelable": True})

    assert parts.evaluate("window.taken") == []


def test_arrows_move_enter_opens_and_a_digit_chooses_only_in_the_list(work: Page) -> None:
    work.evaluate(
        """window.opened = [];
        for (const each of document.querySelectorAll('#results [data-open]'))
            each.addEventListener('click', () => window.opened.push(each.textContent.trim()));"""
    )
    work.locator("#id_drug").focus()
    work.keyboard.press("ArrowDown")
    work.keyboard.press("ArrowDown")
    work.keyboard.press("Enter")
    assert work.evaluate("window.opened") == ["hydrALAZINE 25 mg tablet"]

    type_slowly(work, "1")
    work.wait_for_function("window.opened.length === 2")
    assert work.evaluate("window.opened[1]") == "hydrOXYzine HCl 25 mg tablet"

    work.locator("#id_drug").focus()
    work.keyboard.press("End")
    type_slowly(work, "2")
    expect(work.locator("#id_drug")).to_have_value("hydr 25 tab2")


def test_a_scan_that_begins_with_a_digit_chooses_nothing_in_a_list(work: Page) -> None:
    work.evaluate(
        """window.opened = [];
        for (const each of document.querySelectorAll('#results [data-open]'))
            each.addEventListener('click', () => window.opened.push(1));"""
    )
    work.locator("#id_drug").focus()
    work.keyboard.press("ArrowDown")

    scan(work, "16571011410")

    expect(work.locator("#heard")).to_contain_text("16571011410")
    assert work.evaluate("window.opened") == []


def test_the_place_on_the_original_follows_the_field(work: Page) -> None:
    work.locator("#id_sig").focus()

    expect(work.locator("[data-zone=directions]")).to_have_class("zone is-here")
    expect(work.locator("[data-zone=drug]")).to_have_class("zone")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("address", ["", "work/"])
def test_axe_finds_nothing(page: Page, gallery: str, address: str, theme: str) -> None:
    page.goto(f"{gallery}{address}?theme={theme}")

    assert page.evaluate("document.documentElement.dataset.bsTheme") == theme
    assert axe(page) == []


def test_nothing_on_a_page_is_styled_or_scripted_in_place(parts: Page) -> None:
    inline = parts.evaluate(
        """[...document.querySelectorAll('[style], style, script:not([src]):not(#keymap), [onclick]')]
            .map(each => each.outerHTML)"""
    )

    assert inline == []


def test_the_frame_fits_its_window_without_scrolling(parts: Page) -> None:
    assert parts.evaluate("document.documentElement.scrollHeight") <= 768
    assert parts.evaluate("document.getElementById('main').scrollWidth <= document.getElementById('main').clientWidth")


def test_the_bench_locks_itself_and_the_typing_is_there_again(parts: Page, gallery: str) -> None:
    parts.route("**/lock/", lambda route: route.fulfill(status=200, body="locked", content_type="text/html"))
    parts.locator("#id_plain").fill("77")

    with parts.expect_request("**/lock/") as asked:
        parts.keyboard.press("Alt+l")

    assert "next=%2Fparts%2F" in (asked.value.post_data or "")
    parts.goto(gallery)
    expect(parts.locator("#id_plain")).to_have_value("77")


def test_a_bench_that_nobody_touches_locks_by_itself(page: Page, gallery: str) -> None:
    page.clock.install(time="2026-11-23T21:48:00Z")
    page.route("**/lock/", lambda route: route.fulfill(status=200, body="locked", content_type="text/html"))
    page.goto(f"{gallery}?idle=10")

    with page.expect_request("**/lock/") as asked:
        page.clock.run_for("10:10")

    assert asked.value.method == "POST"


def test_a_lost_line_is_told_and_the_typing_stays(parts: Page, console: list[str]) -> None:
    parts.locator("#id_plain").fill("77")
    parts.context.set_offline(True)
    expect(parts.locator("#offline")).to_be_visible()

    parts.keyboard.press("F10")

    expect(parts.locator("#faults")).to_contain_text("No answer from the program, and nothing was saved.")
    expect(parts.locator("#id_plain")).to_have_value("77")
    parts.context.set_offline(False)
    expect(parts.locator("#offline")).to_be_hidden()
    console.clear()


def test_a_persons_own_key_is_printed_and_works(page: Page, gallery: str) -> None:
    page.goto(f"{gallery}?keys=own")
    own = page.get_by_role("button", name="Hold")
    expect(own.locator("kbd")).to_have_text("Alt Y")
    own.evaluate("button => button.addEventListener('click', () => { window.held = true; })")

    page.keyboard.press("Alt+y")

    assert page.evaluate("window.held") is True


def test_the_clock_is_the_pharmacys_own(parts: Page) -> None:
    expect(parts.locator("[data-clock]")).to_have_text("1:48\N{NO-BREAK SPACE}pm")


@pytest.mark.parametrize("place", ["#id_plain", "[data-act]", ".rail a >> nth=0", ".key >> nth=0"])
def test_what_has_the_focus_wears_the_ring(parts: Page, place: str) -> None:
    parts.keyboard.press("Tab")
    parts.locator(place).focus()

    expect(parts.locator(place)).to_have_css("outline-width", "3px")
    expect(parts.locator(place)).to_have_css("outline-style", "solid")


@pytest.mark.browser
def test_the_step_in_the_corner_is_whole_however_many_keys_stand_beside_it(page: Page, gallery: str) -> None:
    page.goto(f"{gallery}work/")
    cut = page.evaluate(
        """() => {
            const bar = document.querySelector('.key-bar'), push = bar.querySelector('.push');
            const words = 'Calculate with the working';
            const keys = Array.from({ length: 7 }, () => `<span class="key"><kbd>Alt W</kbd>${words}</span>`);
            bar.querySelectorAll('.key').forEach((each) => each.remove());
            push.insertAdjacentHTML('beforebegin', keys.join(''));
            push.innerHTML = '<span class="across"><span class="blocked">Wolverine Care answers while you go on'
                + '</span><button class="btn btn-primary">Send claim <kbd>F10</kbd></button></span>';
            const step = push.querySelector('.btn').getBoundingClientRect();
            const said = push.querySelector('.blocked').getBoundingClientRect();
            return [step.right <= innerWidth, step.bottom <= innerHeight, said.height < 45];
        }"""
    )
    assert cut == [True, True, True]
