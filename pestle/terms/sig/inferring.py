"""Verb, unit and route where the directions leave them to the product or to each other."""

from decimal import Decimal

from pestle.terms.sig.bodies import BODY_ROUTES
from pestle.terms.sig.draft import Draft
from pestle.terms.sig.products import Product

_INJECTED = frozenset({"unit", "pen", "injection", "syringe"})
_INSERTED = frozenset({"suppository", "enema", "applicatorful", "ring", "insert"})
_APPLIED = frozenset({"patch", "application", "click", "pump", "fingertip unit", "inch"})
_DISSOLVED = frozenset({"tablet", "film", "lozenge", "strip", "wafer"})
_EYES_AND_EARS = frozenset({"ou", "od", "os", "oph", "ophs", "au", "ad", "as", "otic", "otics"})
_USED_TO_TEST = frozenset({"strip", "lancet"})
_VAGINAL = frozenset({"insert", "applicatorful", "ring"})
_NOSE = frozenset({"en", "in", "nl", "nr"})
_BY_ROUTE = {"sc": "inject", "im": "inject", "id": "inject", "iv": "infuse", "neb": "inhale", "inh": "inhale"}
_BY_ROUTE |= {"pr": "insert", "pv": "insert", "swish": "swish", "po": "take", "gt": "give"}
_BY_ROUTE |= dict.fromkeys(_EYES_AND_EARS, "instill") | dict.fromkeys(BODY_ROUTES, "apply")
_GUESSED = {"sc": "Under the skin", "po": "By mouth"}
_ROUTED_KINDS = frozenset({"inhaler", "injection", "insert", "patch", "nebulized"})
_PLACED = dict.fromkeys(("sl", "buccal", "tongue"), "dissolve")
_BY_UNIT = {"puff": "inhale", "spray": "spray", "gum": "chew"} | dict.fromkeys(_INSERTED, "insert")
_VAGUE_VERBS = frozenset({None, "use", "place", "give", "take"})


def infer(draft: Draft, product: Product) -> str | None:
    """Fill in unit, route and verb where nothing else is possible; say what was read in without being said."""
    said, route = draft.verb, draft.route
    if draft.is_test and not draft.has_dose and product.unit in _USED_TO_TEST:
        draft.low = draft.high = Decimal(1)
    if draft.unit is None and draft.low is not None and draft.amount is None:
        draft.unit = product.unit or None
    if draft.unit == "application" and route == "pv" and draft.amount is None:
        draft.unit = "applicatorful"
    if draft.unit == "puff" or (said == "inhale" and not (draft.unit == "spray" and route in _NOSE)):
        draft.route = "neb" if route == "neb" or draft.unit in {"mL", "vial"} else "inh"
    elif draft.unit == "patch" and route in {"skin", None}:
        draft.route = "td"
    elif route == "skin" and said == "inject":
        # Prescribers' systems write "inject into the skin" for under it.
        route, draft.route = None, "sc"
    elif route in {None, "po"} and said == "swish":
        draft.route = "swish"
    elif route is None:
        draft.route = _route(draft, product)
    draft.verb = _verb(draft, product)
    if draft.route is None and draft.verb == "apply":
        draft.route = "top"
    if route is None and draft.route in _GUESSED:
        return f"“{_GUESSED[draft.route]}” was not written, but goes with the dose."
    return None


def _route(draft: Draft, product: Product) -> str | None:
    unit, said = draft.unit, draft.verb
    if said is None and unit not in _INJECTED and product.route:
        return product.route
    if (said is None and draft.is_oral_shorthand and unit in {"tablet", "capsule", "mL"}) or unit == "gum":
        return "buccal" if unit == "gum" else "po"
    if draft.is_scale or _is_injected(unit, said):
        return "sc"
    if unit in _VAGINAL:
        return "pv"
    if said == "apply" or (product.kind == "cream" and said is None):
        return "skin" if unit in {"click", "pump"} else "top"
    return product.route or None if product.kind in _ROUTED_KINDS else None


def _is_injected(unit: str | None, said: str | None) -> bool:
    return (unit in _INJECTED and said in {None, "inject"}) or (said == "inject" and unit in {"mg", "mcg"})


def _verb(draft: Draft, product: Product) -> str | None:
    said, unit, route = draft.verb, draft.unit, draft.route
    if said == "apply" and unit == "drop" and route in _EYES_AND_EARS:
        return "instill"
    if said in {"apply", "instill", "inhale"} and unit == "spray" and route in _NOSE:
        return "spray"
    if said == "insert" and route in _PLACED:
        return _PLACED[route]
    if said not in _VAGUE_VERBS or (unit == "unit" and said == "take" and route in {None, "po"}):
        return said
    best = _by_unit(draft) or _by_route(draft, product)
    if best not in {"take", None} or said is None:
        return best
    return _PLACED.get(route or "", "apply") if said == "place" else said


def _by_unit(draft: Draft) -> str | None:
    unit, route = draft.unit, draft.route
    if unit == "drop":
        return "take" if route == "po" else "instill"
    if unit in _DISSOLVED and route in _PLACED:
        return "dissolve"
    if unit in _APPLIED and route not in {"pv", "pr"} | _EYES_AND_EARS:
        return "apply"
    return _BY_UNIT.get(unit or "")


def _by_route(draft: Draft, product: Product) -> str | None:
    if draft.route in _NOSE:
        return "spray"
    if draft.route in _BY_ROUTE:
        return _BY_ROUTE[draft.route]
    if draft.unit in _INJECTED or draft.is_scale:
        return "inject"
    if draft.amount or product.kind == "cream":
        return "apply"
    return product.verb or ("take" if draft.unit is not None or draft.low is not None else None)
