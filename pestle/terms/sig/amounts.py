"""Numbers as directions write them: 2, 1-2, one (1), 1 1/2, 1 to 2."""

from dataclasses import dataclass
from decimal import Decimal

from pestle.terms.sig.tokens import END, Token

_RANGE_WORDS = frozenset({"to", "or"})


@dataclass(slots=True)
class Amount:
    """A number or range, where it ends, how it was written, and whether it was written twice and differently."""

    low: Decimal
    high: Decimal
    after: int
    text: str
    conflict: bool = False

    def turned(self) -> "Amount":
        """Give the same range from low to high."""
        return Amount(self.high, self.low, self.after, self.text, self.conflict)


def read_amount(tokens: list[Token], place: int) -> Amount | None:
    """Read the number, or range of numbers, that starts here."""
    place = place + 1 if _at(tokens, place).kind == "de" and _at(tokens, place + 1).kind == "num" else place
    if _at(tokens, place).kind != "num":
        return None
    low, after, twice = _read_one(tokens, place)
    high = low
    joins = _at(tokens, after)
    follows = _at(tokens, after + 1)
    is_range = joins.kind in _RANGE_WORDS or (joins.kind == "article" and joins.text == "a")
    if is_range and follows.kind == "num":
        high, after, second_twice = _read_one(tokens, after + 1)
        twice = twice or second_twice
        after, repeated = _pass_repeated_range(tokens, after, low, high)
        twice = twice or repeated
    text = " ".join(token.text for token in tokens[place:after])
    return Amount(low, high, after, text, twice)


def _read_one(tokens: list[Token], place: int) -> tuple[Decimal, int, bool]:
    value = Decimal(tokens[place].value)
    after = place + 1
    following = _at(tokens, after)
    if (
        following.kind == "num"
        and "/" in following.text
        and value == value.to_integral_value()
        and "." not in tokens[place].value
    ):
        value, after = value + Decimal(following.value), after + 1
    elif following.kind == "plushalf":
        value, after = value + Decimal("0.5"), after + 1
    elif following.kind == "plusquarter":
        value, after = value + Decimal("0.25"), after + 1
    return _pass_repeated(tokens, after, value)


def _pass_repeated(tokens: list[Token], after: int, value: Decimal) -> tuple[Decimal, int, bool]:
    """Pass over the same number in brackets or in words; a different one in brackets is a conflict."""
    following = _at(tokens, after)
    if following.kind == "open" and _at(tokens, after + 1).kind == "num" and _at(tokens, after + 2).kind == "close":
        return value, after + 3, Decimal(_at(tokens, after + 1).value) != value
    if following.kind == "num" and Decimal(following.value) == value and following.text != _at(tokens, after - 1).text:
        return value, after + 1, False
    return value, after, False


def _pass_repeated_range(tokens: list[Token], after: int, low: Decimal, high: Decimal) -> tuple[int, bool]:
    bracket = 1 if _at(tokens, after).kind == "open" else 0
    first, joins, second = (_at(tokens, after + bracket + step) for step in range(3))
    if first.kind == second.kind == "num" and joins.kind in _RANGE_WORDS:
        same = (Decimal(first.value), Decimal(second.value)) == (low, high)
        closed = bracket and _at(tokens, after + 4).kind == "close"
        if same or closed:
            return after + 3 + 2 * bracket, not same
    return after, False


def _at(tokens: list[Token], place: int) -> Token:
    return tokens[place] if 0 <= place < len(tokens) else END
