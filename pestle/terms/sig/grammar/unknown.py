"""Words that are not known, and words known to change a dose: asked about unless they are a drug's name."""

from pestle.terms.sig.amounts import read_amount
from pestle.terms.sig.bodies import BODY_ROUTES
from pestle.terms.sig.grammar.decreases import read_decrease
from pestle.terms.sig.grammar.exceptions import read_alternating, read_exception
from pestle.terms.sig.grammar.places import read_route
from pestle.terms.sig.grammar.state import HIDDEN, MASS, Reading
from pestle.terms.sig.tokens import Token

# A word right after the dosage unit is taken for the drug when it ends as drug names do (USAN stems).
_DRUG_STEMS = (
    *(
        "pril",
        "olol",
        "dilol",
        "sartan",
        "statin",
        "cillin",
        "mycin",
        "micin",
        "azole",
        "azepam",
        "zolam",
        "adol",
        "amide",
    ),
    *("zide", "semide", "tide", "onide", "olone", "asone", "azone", "idone", "terone", "lactone", "codone", "morphone"),
    *(
        "dipine",
        "zine",
        "dine",
        "apine",
        "etine",
        "aline",
        "pramine",
        "oxine",
        "afil",
        "parin",
        "xaban",
        "profen",
        "phen",
    ),
    *("cycline", "floxacin", "setron", "triptan", "dronate", "lukast", "barbital", "gliptin", "gliflozin", "glitazone"),
    *(
        "formin",
        "oxetine",
        "vir",
        "mab",
        "tinib",
        "prazole",
        "fenac",
        "oxicam",
        "pentin",
        "gabalin",
        "zosin",
        "thyroxine",
    ),
)


def read_caution(reading: Reading, place: int, token: Token) -> int:
    """Ask about words that change a dose; a warning in a sentence of its own is kept as unread."""
    if token.value in {"except", "not"}:
        after = read_exception(reading, place + 1)
        if after is not None:
            return after
    if _clause_is_a_remark(reading, place):
        words: list[str] = []
        while reading.at(place).kind not in {"sentence", "end", "close"}:
            words.append(reading.at(place).text)
            place += 1
        reading.out.unread.append(" ".join(words))
        return place
    if not reading.out.drafts and not reading.draft.has_content and reading.at(place + 1).kind == "colon":
        # A title: "prednisone taper: 40 mg x 3 d, ...".
        return place + 2
    for read in (read_alternating, read_decrease):
        after = read(reading, place, token)
        if after is not None:
            return after
    return ask_about_caution(reading, place, token)


def ask_about_caution(reading: Reading, place: int, token: Token) -> int:
    """Ask about a word that changes a dose in a way that cannot be read."""
    reading.out.ask(
        "directions", f"“{token.text}” changes the directions in a way this program cannot read: what is meant?"
    )
    reading.out.unread.append(token.text)
    return place + 1


def read_mark(reading: Reading, place: int, token: Token) -> int:
    """Pass over "#30", the quantity to dispense."""
    amount = read_amount(reading.tokens, place + 1)
    if token.text != "#" or amount is None:
        return place + 1
    reading.out.unread.append(f"#{amount.text}")
    return amount.after + (reading.at(amount.after).kind in {"unit", "tee"})


def _clause_is_a_remark(reading: Reading, place: int) -> bool:
    """A sentence of its own, or one in brackets, that begins with a warning and names no dose ("Avoid grapefruit.")."""
    begins = reading.depth > 0 and reading.at(place - 1).kind in {"open", "ignore"}
    if reading.at(place).value != "not" or (reading.clause_has_content and not begins):
        return False
    at = place
    while reading.at(at).kind not in {"sentence", "end", "close"}:
        if reading.at(at).kind in {"freq", "every", "dow", "daily", "meal", "per"}:
            return False
        if reading.at(at).kind == "unit" and reading.at(at - 1).kind in {"num", "article", "plushalf"}:
            return False
        if reading.at(at).kind == "num" and reading.at(reading.skip(at + 1)).value not in {"min", "h", "s"}:
            return False
        at += 1
    return bool(reading.out.drafts or reading.draft.has_content)


def read_unsure(reading: Reading, place: int, token: Token) -> int:
    """Ask about a sign that may mean anything."""
    reading.out.ask("directions", f"“{token.text}” stands in the directions: what is meant?")
    return place + 1


def read_mixed_word(reading: Reading, place: int, token: Token) -> int:
    """A word that is not known: a drug's name where one may stand, else kept until the clause is read."""
    at = place
    words: list[str] = []
    while reading.at(at).kind in {"word", "sidebody"} or (words and reading.at(at).kind == "mark"):
        words.append(reading.at(at).text)
        at += 1
    if _stands_for_the_drug(reading, place, at, words):
        return _past_leading_strength(reading, at) or _past_strength(reading, at)
    if reading.depth:
        reading.out.unread.append(" ".join(words))
    else:
        told = [reading.at(each) for each in range(place, at)]
        unknown = [token.text for token in told if token.value != "harmless" and token.kind != "mark"]
        if unknown:
            reading.clause_words.append(" ".join(unknown))
        else:
            reading.out.unread.append(" ".join(words))
    return at


def read_side(reading: Reading, place: int, token: Token) -> int:
    """Read "right knee", "lower back" as a place of its own."""
    part = reading.at(place + 1)
    if part.kind != "route" or part.value not in BODY_ROUTES:
        return read_mixed_word(reading, place, token)
    reading.draft.site = f"{token.text} {part.text}"
    return read_route(reading, place + 1, part)


def _stands_for_the_drug(reading: Reading, place: int, after: int, words: list[str]) -> bool:
    before = reading.at(place - 1)
    if before.kind in {"of", "de"} or before.value == "contents":
        return True
    if not reading.draft.has_content and not reading.out.drafts and before.kind in {"end", "verb", "ignore", "article"}:
        return True
    if all(word in reading.product_words for word in words):
        return True
    if before.kind in {"unit", "tee"} or (before.kind == "ignore" and reading.at(place - 2).kind == "unit"):
        return any(word.endswith(_DRUG_STEMS) and len(word) > 5 for word in words)
    return False


def _past_leading_strength(reading: Reading, place: int) -> int | None:
    """Pass over the strength in "prednisone 10 mg: take 4 tablets", where the dose comes after it."""
    amount = read_amount(reading.tokens, place)
    if amount is None or reading.draft.has_dose or reading.at(amount.after).value not in MASS:
        return None
    after = amount.after + 1
    while reading.at(after).kind in HIDDEN | {"colon", "comma"} or (
        reading.at(after).kind == "unit" and reading.at(after).value not in MASS
    ):
        after += 1
    begins = reading.at(after).kind
    dose = read_amount(reading.tokens, after)
    counted = (
        dose is not None and reading.at(dose.after).kind in {"unit", "tee"} and reading.at(dose.after).value not in MASS
    )
    if begins not in {"verb", "sprayword"} and not counted:
        return None
    reading.draft.echo = (amount.low, reading.at(amount.after).value)
    return after


def _past_strength(reading: Reading, place: int) -> int:
    """Pass over the strength that follows a drug's name when a dose has already been read."""
    amount = read_amount(reading.tokens, place)
    if (
        amount
        and reading.draft.low is not None
        and reading.at(amount.after).kind == "unit"
        and reading.at(amount.after).value in MASS
    ):
        reading.draft.echo = (amount.low, reading.at(amount.after).value)
        return amount.after + 1
    return place


def close_clause(reading: Reading) -> None:
    """End a clause: words not known beside a dose are asked about, others kept as unread."""
    if reading.clause_words:
        words = list(reading.clause_words)
        reading.out.unread += words
        if reading.clause_has_content:
            named = "”, “".join(words)
            reading.out.ask(
                "directions", f"This program could not read “{named}”: does it change the dose or the timing?"
            )
    reading.clause_words = []
    reading.clause_has_content = False
