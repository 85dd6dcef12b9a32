"""Every form of the house as the browser would send it, read from the pages themselves."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.test import Client
from django.urls import Resolver404, resolve
from lxml import html as lxml_html

SENT_BY_ITSELF = frozenset({"csrfmiddlewaretoken", "act_id"})


@dataclass(frozen=True, slots=True)
class Form:
    """One form as it stands on a page: where it goes, what it would send untouched, what each field may choose from."""

    page: str
    action: str
    sends: tuple[tuple[str, str], ...]
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict, hash=False)

    @property
    def name(self) -> str:
        """The name of the address it goes to."""
        return resolve(self.action).view_name

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its fields, each once."""
        return tuple(dict.fromkeys([name for name, _ in self.sends] + list(self.choices)))

    def filled(self, **given: str) -> dict[str, list[str]]:
        """What a browser sends with some fields changed."""
        sent: dict[str, list[str]] = {}
        for name, value in self.sends:
            sent.setdefault(name, []).append(value)
        return sent | {name: [value] for name, value in given.items()}


def forms_on(client: Client, pages: Iterable[str]) -> list[Form]:
    """Every form that posts, on these pages, as this person sees them."""
    found: list[Form] = []
    for page in pages:
        answer = client.get(page, follow=True)
        if answer.status_code == 200 and "html" in answer["Content-Type"]:
            found += _forms(answer.content.decode(), answer.request["PATH_INFO"])
    return found


def _forms(page: str, where: str) -> Iterator[Form]:
    tree = lxml_html.document_fromstring(page)
    for form in tree.iter("form"):
        if (form.get("method") or "get").lower() != "post":
            continue
        inside = [*form.iter("input", "select", "textarea", "button")]
        outside = [
            each for each in tree.iter("input", "select", "textarea", "button")
            if form.get("id") and each.get("form") == form.get("id")
        ]  # fmt: skip
        controls = [each for each in inside if each.get("form") in {None, form.get("id")}] + outside
        for action in {form.get("action"), *(each.get("formaction") for each in controls)} - {None, ""} or {where}:
            if _is_ours(action):
                yield Form(where, urlsplit(action).path, tuple(_sent(controls)), _choices(controls))
    for part in tree.iter():
        asked = part.get("hx-post") if isinstance(part.tag, str) else None
        if asked and _is_ours(asked):
            controls = [*part.iter("input", "select", "textarea", "button")]
            yield Form(where, urlsplit(asked).path, tuple(_sent(controls)), _choices(controls))


def _is_ours(action: str) -> bool:
    try:
        return not resolve(urlsplit(action).path).view_name.startswith(("account_", "mfa_"))
    except Resolver404:
        return False


def _sent(controls: Iterable[object]) -> Iterator[tuple[str, str]]:
    for each in controls:
        name, kind = each.get("name"), (each.get("type") or "text").lower()
        if not name or name in SENT_BY_ITSELF or kind == "file":
            continue
        if each.tag == "select":
            options = _options(each)
            chosen = next((o.get("value", "") for o in each.iter("option") if o.get("selected") is not None), None)
            yield name, options[0] if chosen is None and options else chosen or ""
        elif each.tag == "textarea":
            yield name, each.text or ""
        elif each.tag == "button" or kind in {"submit", "button"}:
            continue
        elif kind not in {"radio", "checkbox"} or each.get("checked") is not None:
            yield name, each.get("value", "on" if kind == "checkbox" else "")


def _choices(controls: Iterable[object]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for each in controls:
        name = each.get("name")
        if not name or name in SENT_BY_ITSELF:
            continue
        if each.tag == "select":
            found.setdefault(name, []).extend(_options(each))
        elif each.get("value"):
            found.setdefault(name, []).append(each.get("value"))
        else:
            found.setdefault(name, [])
    return {name: tuple(values) for name, values in found.items()}


def _options(select: object) -> list[str]:
    return [option.get("value", option.text or "") for option in select.iter("option")]
