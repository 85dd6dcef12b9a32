"""The parts of every page as template tags; the gallery at /parts/ shows each of them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from django.forms import BoundField
from django.forms.utils import flatatt
from django.template import Context, Library
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from pestle.calculations.worked import Worked
from pestle.pages.house.refusals import because, lift, rows_of
from pestle.pages.house.sections import Sections, sectioned
from pestle.pages.house.shapes import Bar, Choice, KeyHint, StripStep, Working
from pestle.pages.house.workings import working_of
from pestle.terms.drugs.tall_man import TallMan, split_tall_man
from pestle.terms.findings import Finding

register = Library()

TAG_ICONS = {"ok": "ok", "warn": "warn", "stop": "stop", "wait": "wait"}
STATE_ICONS = {
    "empty": "ok",
    "ask": "info",
    "loading": "wait",
    "no_answer": "link",
    "fault": "stop",
    "in_use": "person",
    "changed": "flag",
    "offline": "link",
}
VERDICT_ICONS = {"match": "ok", "stop": "stop", "ready": "scan"}
REFUSAL_ICONS = {"stop": "stop", "warn": "warn", "rph": "lock"}
SCAN_ICONS = {"match": "ok", "ask": "warn", "stop": "stop"}
WIDEST_BAR = 24
# One key that can be pressed by a click on its hint; "Alt 0–9" and arrows only tell.
CHORD = re.compile(r"F\d+|Alt [A-Z0-9]|Esc|Ctrl Enter")


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw one of the icons of `parts/icons.html`; a word always stands beside it."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.simple_tag
def kbd(key: str) -> SafeString:
    """Draw a key cap."""
    return format_html('<kbd data-cap="{}">{}</kbd>', key, key)


@register.simple_tag(name="tag")
def tag_(words: object, kind: str = "plain", icon: str | None = None, *, mini: bool = False) -> SafeString:
    """Draw a state in one to three words: ok, warn, stop, wait, rph, plain or control, each with its own shape."""
    shape = TAG_ICONS.get(kind, "") if icon is None else icon
    classes = "tag" + ("" if kind == "wait" else f" is-{kind}") + (" is-mini" if mini else "")
    return format_html('<span class="{}">{}{}</span>', classes, _icon(shape), words)


@register.simple_tag
def rph() -> SafeString:
    """Draw the mark of what a pharmacist decides."""
    return tag_("RPh", "rph")


@register.simple_tag
def act_id() -> SafeString:
    """Give the form the number that makes its double click harmless."""
    return format_html('<input type="hidden" name="act_id" value="{}">', uuid4())


@register.simple_tag(takes_context=True)
def drug(context: Context, name: object, table: TallMan | None = None) -> SafeString:
    """Write a drug's name, or a product, with tall-man letters: staff screens only, never what a patient reads."""
    words = str(getattr(name, "staff_name", name))
    return format_html('<span class="drug">{}</span>', _tall(context, words, table))


@register.simple_tag(takes_context=True)
def tall(context: Context, name: str, table: TallMan | None = None) -> SafeString:
    """Write a drug name with its tall-man letters inside a sentence or a heading."""
    return _tall(context, name, table)


@register.simple_tag(takes_context=True)
def step_strip(context: Context, steps: Iterable[StripStep], label: str = "Steps of this prescription") -> str:
    """Draw where a piece of work is on its road; `steps` come from the flow, see `pestle.pages.house.shapes.road`."""
    return render_to_string("parts/step_strip.html", {"steps": steps, "label": label})


@register.simple_tag
def worked(answer: Working | Worked[Any]) -> str:
    """Draw a number with its working."""
    return render_to_string("parts/worked.html", {"working": working_of(answer)})


@register.simple_tag
def bars(segments: Iterable[Bar], label: str) -> SafeString:
    """Draw bars of time in the order given; the label tells the result in words."""
    spans = format_html_join(
        "",
        '<span class="{} wide-{}">{}</span>',
        ((bar.kind, min(max(bar.count, 1), WIDEST_BAR), bar.words or bar.count) for bar in segments if bar.count),
    )
    return format_html('<div class="bars" role="img" aria-label="{}">{}</div>', label, spans)


@register.simple_tag
def choice_list(choices: Iterable[Choice], name: str = "choice", label: str = "What you can do") -> str:
    """Draw ranked ways on; with the focus in the list, a digit chooses."""
    numbered = []
    number = 0
    for choice in choices:
        number += 0 if choice.shut else 1
        numbered.append((choice, number))
    return render_to_string("parts/choice_list.html", {"choices": numbered, "name": name, "label": label})


@register.simple_tag
def refusal_small(findings: Finding | Iterable[Finding], kind: str = "stop", waits_for: str = "", id: str = "") -> str:
    """Draw a "no" beside the thing it speaks of: kind stop, warn, or rph with the pharmacist it waits for."""
    given = (findings,) if isinstance(findings, Finding) else tuple(findings)
    drawn = (
        render_to_string(
            "parts/refusal_small.html",
            {
                "finding": finding,
                "sentence": because(finding.sentence, waits_for=waits_for),
                "lift": lift(finding),
                "kind": kind,
                "icon_name": REFUSAL_ICONS[kind],
                "id": id,
            },
        )
        for finding in given
    )
    return mark_safe("".join(drawn))  # noqa: S308


@register.simple_tag(takes_context=True)
def field(context: Context, label: str | BoundField, **extra: Any) -> str:
    """Draw a field: label, key, control, note, and the findings that speak of it.

    Own words: name, value, id, key, note, span, options, zone, kind, lines, wrong. Anything else becomes an attribute
    of the control, with `_` for `-`. `label` may be a bound field of a Django form, and `called` its label here.
    """
    options = extra.pop("options", None)
    note, key = extra.pop("note", ""), extra.pop("key", "")
    bound = label if isinstance(label, BoundField) else None
    name = extra.pop("name", bound.html_name if bound else "")
    ident = extra.pop("id", "") or (bound.id_for_label if bound else "") or f"id_{name}"
    found = _findings_for(context, name, extra.pop("wrong", None), bound)
    shown = {
        "label": extra.pop("called", "") or (bound.label if bound else label),
        "name": name,
        "id": ident,
        "key": key,
        "note": note,
        "span": extra.pop("span", ""),
        "aside": extra.pop("aside", ""),
        "options": options,
        "lines": extra.pop("lines", 0),
        "value": extra.pop("value", "") if bound is None else bound.value(),
        "kind": extra.pop("kind", "text"),
        "findings": found,
    }
    attributes = _control_attributes(shown, extra)
    shown["attributes"] = flatatt(attributes)
    shown["widget"] = bound.as_widget(attrs=attributes) if bound else ""
    return render_to_string("parts/field.html", shown)


@register.simple_tag
def key(key: str, words: str, **extra: Any) -> str:
    """Draw one key of the key bar and what it does.

    Leads with href; sends with form (id) and name, value; shows with shows (id); goes to a field with focus (id);
    without any of these it presses whatever carries the key. A shut one says in `shut` what opens it.
    """
    own = {name: extra.pop(name, "") for name in ("href", "form", "shows", "focus", "shut", "name", "value")}
    attributes = flatatt({name.replace("_", "-"): value for name, value in extra.items()})
    own |= {"key": key, "words": words, "attributes": attributes, "is_chord": bool(CHORD.fullmatch(key))}
    return render_to_string("parts/key.html", own)


@register.simple_tag
def keys(hints: Iterable[KeyHint]) -> SafeString:
    """Draw the keys of a page given as values."""
    drawn = (key(hint.key, hint.words, href=hint.href, shut=hint.shut) for hint in hints)
    return mark_safe("".join(drawn))  # noqa: S308


@register.simple_tag
def act(words: str, form: str = "", key: str = "F10", **extra: Any) -> str:
    """Draw the one solid button, the verb of the step; shut, it keeps its place and says what it waits for.

    Own words: form (id), href, rph, says (the sentence before it), shut, name, value. The rest become attributes.
    """
    own = {name: extra.pop(name, "") for name in ("href", "rph", "says", "shut", "name", "value")}
    attributes = flatatt({name.replace("_", "-"): value for name, value in extra.items()})
    return render_to_string(
        "parts/act.html", own | {"words": words, "form": form, "key": key, "attributes": attributes}
    )


@register.simple_tag
def shut(words: str, because: str) -> SafeString:
    """Draw a button that is not open yet: lock, dashed edge, and the sentence that says what opens it."""
    ident = f"shut-{uuid4().hex[:8]}"
    return format_html(
        '<button class="btn" type="button" aria-disabled="true" aria-describedby="{}">{}{}</button>'
        ' <span class="small" id="{}">{}</span>',
        ident,
        _icon("lock"),
        words,
        ident,
        because,
    )


@register.simple_tag
def scan_said(state: str, words: str) -> SafeString:
    """Draw what the scan bar says, with the shape of its state."""
    return format_html("{}{}{}", _icon(SCAN_ICONS.get(state, "")), " " if state in SCAN_ICONS else "", words)


@sectioned(register, "panel", "aside", "footer")
def panel(context: Context, shown: Sections, title: str, **extra: Any) -> str:
    """Draw a group with one title. Words: small, fill, tight, rph, id, label, class. Sections: aside, footer."""
    given = {name: extra.get(name, "") for name in ("small", "fill", "tight", "rph", "id", "label", "scrolls")}
    given["more"] = extra.get("class", "")
    given["footer"] = shown.get("footer") or extra.get("footer", "")
    return render_to_string(
        "parts/panel.html", given | {"title": title, "body": shown["body"], "aside": shown.get("aside")}
    )


@sectioned(register, "subject", "aside")
def subject(context: Context, shown: Sections, name: str, **extra: Any) -> str:
    """Draw whose work is open. Words: small, label, allergies. Section aside: the promise, or another figure.

    `allergies`: a list of words, an empty list where the person has none, None where nobody has asked yet.
    """
    given = {
        "name": name,
        "small": extra.get("small", ""),
        "label": extra.get("label", "Patient"),
        "line": shown["body"],
        "aside": shown.get("aside", ""),
        "allergies": _allergies(extra),
    }
    return render_to_string("parts/subject.html", given)


@register.simple_tag(takes_context=True)
def promise(context: Context, at: Any, **extra: Any) -> str:
    """Draw a promise: the clock and how long is left. Words: label, who (such as waiter), kept."""
    frame = context["frame"]
    given = {"at": at, "frame": frame, "label": extra.get("label", "Promised"), "who": extra.get("who", "")}
    return render_to_string("parts/promise.html", given | {"kept": extra.get("kept", "")})


@sectioned(register, "verdict", "aside")
def verdict(context: Context, shown: Sections, kind: str, words: str) -> str:
    """Draw the answer to a scan, readable at arm's length: match, stop or ready. Section aside: a picture."""
    given = {"kind": kind, "words": words, "icon_name": VERDICT_ICONS[kind], "body": shown["body"]}
    return render_to_string("parts/verdict.html", given | {"aside": shown.get("aside", "")})


@sectioned(register, "refusal", "asked", "ways", "say")
def refusal(context: Context, shown: Sections, findings: Finding | Iterable[Finding], **extra: Any) -> str:
    """Draw a full "no". Words: kind, say_to, waits_for. Sections: asked, ways, say."""
    given = (findings,) if isinstance(findings, Finding) else tuple(findings)
    kind = extra.get("kind", "stop")
    return render_to_string(
        "parts/refusal.html",
        {
            "rows": rows_of(given, waits_for=extra.get("waits_for", "")),
            "kind": kind,
            "icon_name": REFUSAL_ICONS[kind],
            "say_to": extra.get("say_to", ""),
            "asked": shown.get("asked", ""),
            "ways": shown.get("ways", ""),
            "say": shown.get("say", ""),
            "body": shown["body"],
        },
    )


@sectioned(register, "state")
def state(context: Context, shown: Sections, kind: str, words: str, **extra: Any) -> str:
    """Draw a state of a list or panel: empty, loading, no_answer, fault, in_use, changed or offline."""
    given = {"kind": kind, "words": words, "icon_name": STATE_ICONS[kind], "body": shown["body"]}
    return render_to_string("parts/state.html", given | {"since": extra.get("since")})


@sectioned(register, "original")
def original(context: Context, shown: Sections, **extra: Any) -> str:
    """Draw the prescription as it came, on its own paper."""
    return format_html('<div class="original {}">{}</div>', extra.get("class", ""), shown["body"])


@sectioned(register, "zone")
def zone(context: Context, shown: Sections, name: str, *, here: bool = False) -> str:
    """Mark the place of the original that a field with the same `zone` was read from."""
    here_class = " is-here" if here else ""
    return format_html('<div class="zone{}" data-zone="{}">{}</div>', here_class, name, shown["body"])


def _icon(name: str) -> SafeString:
    return icon(name) if name else SafeString("")


def _tall(context: Context, name: str, table: TallMan | None) -> SafeString:
    frame = context.get("frame")
    listed: TallMan = table if table is not None else frame.tall_man if frame else {}
    pieces = (
        ("{}", segment.text) if not segment.is_tall else ('<b class="tall">{}</b>', segment.text)
        for segment in split_tall_man(name, listed)
    )
    return mark_safe("".join(format_html(form, text) for form, text in pieces))  # noqa: S308


def _allergies(extra: Mapping[str, Any]) -> list[tuple[str, bool]]:
    """Give the words to show and whether they are an alarm; a page that says nothing of allergies shows none."""
    if "allergies" not in extra:
        return []
    given = extra["allergies"]
    if given is None:
        return [("Allergies not asked yet", True)]
    if not given:
        return [("No known allergies", False)]
    return [(given if isinstance(given, str) else "; ".join(given), True)]


def _findings_for(
    context: Context, name: str, wrong: str | Iterable[Finding] | None, bound: BoundField | None
) -> list[Finding]:
    found = [each for each in context.get("findings") or () if name and each.field == name]
    if isinstance(wrong, str):
        found += [Finding(rule="field", sentence=wrong, field=name)] if wrong else []
    elif wrong is not None:
        found += wrong
    if bound:
        found += [Finding(rule="field", sentence=str(error), field=name) for error in bound.errors]
    return found


def _control_attributes(shown: Mapping[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
    described = [f"{shown['id']}-note"] if shown["note"] else []
    described += [f"{shown['id']}-no-{at}" for at, _ in enumerate(shown["findings"], 1)]
    base = "form-select" if shown["options"] else "form-control"
    wrong = " is-wrong" if shown["findings"] else ""
    attributes = {name.rstrip("_").replace("_", "-"): value for name, value in extra.items() if value != ""}
    zone = attributes.pop("zone", None)
    return {
        "id": shown["id"],
        "class": base + wrong,
        "autocomplete": "off",
        **({"data-key": shown["key"]} if shown["key"] else {}),
        **({"data-zone-of": zone} if zone else {}),
        **({"aria-describedby": " ".join(described)} if described else {}),
        **({"aria-invalid": "true"} if shown["findings"] else {}),
        **attributes,
    }
