"""Signatures: strokes of a pen on the pad, or the name typed by whoever cannot use one."""

from collections.abc import Sequence
from typing import Any

MOST_STROKES = 60
MOST_POINTS = 4000
PAD = (1000, 300)
TYPED = "typed"
LEAST_LETTERS = 3


def typed_name(name: str) -> list[Any]:
    """This will give the signature of somebody who attests by typing their name."""
    return [{TYPED: " ".join(name.split())[:80]}] if len(name.strip()) >= LEAST_LETTERS else []


def is_signature(value: Sequence[Any]) -> bool:
    """This will tell whether a value is a signature: strokes of points on the pad, or one typed name."""
    if len(value) == 1 and isinstance(value[0], dict):
        name = value[0].get(TYPED, "")
        return isinstance(name, str) and len(name.strip()) >= LEAST_LETTERS and set(value[0]) == {TYPED}
    strokes = all(isinstance(stroke, list) and stroke for stroke in value)
    if not strokes or not 0 < len(value) <= MOST_STROKES:
        return False
    points = [point for stroke in value for point in stroke]
    return 1 < len(points) <= MOST_POINTS and all(_is_point(point) for point in points)


def paths(value: Sequence[Any]) -> list[str]:
    """This will give the strokes as paths of SVG; nothing for a typed name."""
    strokes = [stroke for stroke in value if isinstance(stroke, list)]
    return ["M" + " L".join(f"{x} {y}" for x, y in stroke) for stroke in strokes]


def name_typed(value: Sequence[Any]) -> str:
    """This will give the name that was typed in place of a signature, if it was."""
    return str(value[0].get(TYPED, "")) if value and isinstance(value[0], dict) else ""


def _is_point(point: Any) -> bool:
    if not isinstance(point, list) or len(point) != 2:
        return False
    x, y = point
    whole = isinstance(x, int) and isinstance(y, int) and not isinstance(x, bool) and not isinstance(y, bool)
    return whole and 0 <= x <= PAD[0] and 0 <= y <= PAD[1]
