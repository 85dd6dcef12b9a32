"""Units of measure: what each is made of, so that mass, volume, amount, activity and count never mix.

Every unit is a factor to the base unit of its dimensions. Each counted thing (tablet, drop, puff) is a dimension of
its own, and so is the body's mass: mg/kg times a patient's kg gives mg, and nothing else does.
Exact factors: NIST Handbook 44 appendix C. Household spoons, ounces and pints are taken by the pharmacy convention
(5, 15, 30, 480 mL; FDA, 21 CFR 201 and USP <1160>) unless the US customary unit is named ("US fl oz", UCUM [foz_us]).
"""

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from pestle.calculations.figures import written
from pestle.calculations.worked import CannotCalculate

Dimensions = tuple[tuple[str, int], ...]

BODY = "body mass"
LONGEST = 80
KEPT = 4096


class Atom(NamedTuple):
    """A unit that stands alone: as we write it, its dimension, its factor to the base unit, its UCUM code."""

    symbol: str
    dimension: str
    factor: Fraction
    ucum: str
    power: int = 1


def _atom(symbol: str, dimension: str, factor: str, ucum: str, power: int = 1) -> Atom:
    return Atom(symbol, dimension, Fraction(factor), ucum, power)


ATOMS = (
    _atom("g", "mass", "1", "g"),
    _atom("kg", "mass", "1000", "kg"),
    _atom("mg", "mass", "0.001", "mg"),
    _atom("mcg", "mass", "0.000001", "ug"),
    _atom("ng", "mass", "0.000000001", "ng"),
    _atom("lb", "mass", "453.59237", "[lb_av]"),
    _atom("oz", "mass", "28.349523125", "[oz_av]"),
    _atom("grain", "mass", "0.06479891", "[gr]"),
    _atom("mL", "volume", "1", "mL"),
    _atom("L", "volume", "1000", "L"),
    _atom("dL", "volume", "100", "dL"),
    _atom("mcL", "volume", "0.001", "uL"),
    _atom("tsp", "volume", "5", "[tsp_m]"),
    _atom("tbsp", "volume", "15", "[tbs_m]"),
    _atom("fl oz", "volume", "30", "[foz_m]"),
    _atom("pint", "volume", "480", "{pint}"),
    _atom("quart", "volume", "960", "{quart}"),
    _atom("gallon", "volume", "3840", "{gallon}"),
    _atom("US tsp", "volume", "4.92892159375", "[tsp_us]"),
    _atom("US tbsp", "volume", "14.78676478125", "[tbs_us]"),
    _atom("US fl oz", "volume", "29.5735295625", "[foz_us]"),
    _atom("US pint", "volume", "473.176473", "[pt_us]"),
    _atom("US quart", "volume", "946.352946", "[qt_us]"),
    _atom("US gallon", "volume", "3785.411784", "[gal_us]"),
    _atom("mmol", "amount of substance", "1", "mmol"),
    _atom("mol", "amount of substance", "1000", "mol"),
    _atom("mcmol", "amount of substance", "0.001", "umol"),
    _atom("nmol", "amount of substance", "0.000001", "nmol"),
    _atom("mEq", "equivalents", "1", "meq"),
    _atom("Eq", "equivalents", "1000", "eq"),
    _atom("mOsm", "osmoles", "1", "mosm"),
    _atom("Osm", "osmoles", "1000", "osm"),
    _atom("unit", "activity", "1", "[iU]"),
    _atom("million units", "activity", "1000000", "10*6.[iU]"),
    _atom("MBq", "radioactivity", "1", "MBq"),
    _atom("GBq", "radioactivity", "1000", "GBq"),
    _atom("mCi", "radioactivity", "37", "mCi"),
    _atom("mcCi", "radioactivity", "0.037", "uCi"),
    _atom("min", "time", "1", "min"),
    _atom("s", "time", "1/60", "s"),
    _atom("h", "time", "60", "h"),
    _atom("day", "time", "1440", "d"),
    _atom("week", "time", "10080", "wk"),
    _atom("month", "months", "1", "mo"),
    _atom("year", "months", "12", "a"),
    _atom("cm", "length", "1", "cm"),
    _atom("mm", "length", "0.1", "mm"),
    _atom("m", "length", "100", "m"),
    _atom("in", "length", "2.54", "[in_i]"),
    _atom("ft", "length", "30.48", "[ft_i]"),
    _atom("m2", "length", "10000", "m2", 2),
    _atom("cm2", "length", "1", "cm2", 2),
    _atom("kcal", "energy", "1", "kcal"),
    _atom("kJ", "energy", "125/523", "kJ"),
    _atom("°C", "degrees Celsius", "1", "Cel"),
    _atom("°F", "degrees Fahrenheit", "1", "[degF]"),
    _atom("K", "kelvins", "1", "K"),
    _atom("MME", "morphine equivalents", "1", "mg{MME}"),
    _atom("USD", "money", "1", "{USD}"),
    _atom("%", "", "0.01", "%", 0),
    _atom("ppm", "", "0.000001", "[ppm]", 0),
)

COUNTED = (
    "tablet", "capsule", "drop", "puff", "spray", "patch", "suppository", "packet", "vial", "ampule", "bottle", "bag",
    "jar", "box", "pack", "pen", "syringe", "dose", "strip", "application", "bottle", "lozenge", "tube", "inhaler",
    "piece", "prescription", "part", "colony",
)  # fmt: skip
PLURALS = {"patch": "patches", "box": "boxes", "suppository": "suppositories", "colony": "colonies"}
NEVER_PLURAL = frozenset(
    atom.symbol
    for atom in ATOMS
    if atom.symbol not in {"unit", "grain", "day", "week", "month", "year", "pint", "quart", "gallon"}
)

ALIASES = {
    "gram": "g", "grams": "g", "milligram": "mg", "milligrams": "mg", "mcg": "mcg", "ug": "mcg", "µg": "mcg",
    "μg": "mcg", "microgram": "mcg", "micrograms": "mcg", "kilogram": "kg", "kilograms": "kg", "lbs": "lb",
    "pound": "lb", "pounds": "lb", "[lb_av]": "lb", "ounce": "oz", "ounces": "oz", "[oz_av]": "oz", "[gr]": "grain",
    "ml": "mL", "cc": "mL", "milliliter": "mL", "milliliters": "mL", "l": "L", "liter": "L", "liters": "L",
    "litre": "L", "litres": "L", "dl": "dL", "uL": "mcL", "µL": "mcL", "teaspoon": "tsp", "teaspoons": "tsp",
    "teaspoonful": "tsp", "teaspoonfuls": "tsp", "[tsp_m]": "tsp", "[tsp_us]": "US tsp", "tablespoon": "tbsp",
    "tablespoons": "tbsp", "tablespoonful": "tbsp", "tablespoonfuls": "tbsp", "[tbs_m]": "tbsp",
    "[tbs_us]": "US tbsp", "floz": "fl oz", "fluid ounce": "fl oz", "fluid ounces": "fl oz", "[foz_m]": "fl oz",
    "[foz_us]": "US fl oz", "pt": "pint", "[pt_us]": "US pint", "qt": "quart", "[qt_us]": "US quart", "gal": "gallon",
    "[gal_us]": "US gallon", "umol": "mcmol", "µmol": "mcmol", "μmol": "mcmol", "meq": "mEq", "eq": "Eq",
    "mosm": "mOsm", "osm": "Osm", "[iU]": "unit", "[IU]": "unit", "[USP'U]": "unit", "IU": "unit", "USP unit": "unit",
    "USP units": "unit", "mg MME": "MME", "mgMME": "MME", "million unit": "million units", "uCi": "mcCi",
    "µCi": "mcCi", "minute": "min", "minutes": "min", "sec": "s", "second": "s", "seconds": "s", "hr": "h",
    "hrs": "h", "hour": "h", "hours": "h", "d": "day", "wk": "week", "mo": "month", "a": "year", "yr": "year",
    "yrs": "year", "[in_i]": "in", "inch": "in", "inches": "in", '"': "in", "[ft_i]": "ft", "foot": "ft",
    "feet": "ft", "'": "ft", "m^2": "m2", "m²": "m2", "cm²": "cm2", "Cal": "kcal", "C": "°C", "Cel": "°C",
    "degC": "°C", "ºC": "°C", "F": "°F", "[degF]": "°F", "degF": "°F", "ºF": "°F", "$": "USD", "dollar": "USD",
    "dollars": "USD", "{USD}": "USD", "[ppm]": "ppm", "percent": "%", "tab": "tablet", "tabs": "tablet",
    "tbl": "tablet", "cap": "capsule", "caps": "capsule", "gtt": "drop", "gtts": "drop", "[drp]": "drop",
    "supp": "suppository", "actuation": "puff", "actuations": "puff", "CFU": "colony",
}  # fmt: skip

REFUSED_SYMBOLS = {
    "U": "write 'units': a U is read as a zero",
    "u": "write 'units': a u is read as a zero",
    "gr": "gr is read as grain or as gram: write 'grain' or 'g'",
    "ML": "ML is a megalitre: write mL",
    "MG": "MG is a megagram: write mg",
    "Mg": "Mg is magnesium or a megagram: write mg",
    "G": "G is not a unit of mass: write g",
    "M": "M is not a unit here: write mol/L or 'million units'",
    "mcq": "write mcg or mEq",
    "cups": "a cup is not a measure for medicines: write mL",
    "cup": "a cup is not a measure for medicines: write mL",
}

PERCENTS: dict[str, Dimensions] = {"% w/v": (("mass", 1), ("volume", -1)), "% w/w": (), "% v/v": ()}


@dataclass(frozen=True, eq=False, slots=True)
class Unit:
    """A unit, made once for each spelling we write; two are the same unit when they are the same object."""

    symbol: str
    one: str
    factor: Fraction
    dimensions: Dimensions
    ucum: str
    is_base: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "is_base", self.factor == 1)

    def measures_same_as(self, other: "Unit") -> bool:
        """Say whether amounts in both can be added, compared and converted without a bridge."""
        return self is other or self.dimensions == other.dimensions

    @property
    def is_money(self) -> bool:
        """Say whether it counts dollars, alone or per something."""
        return self.symbol.startswith("USD")

    @property
    def kind(self) -> str:
        """Give what it measures in words: mass, volume per time, mass per body mass."""
        return kind_of(self.dimensions)

    def __str__(self) -> str:
        return self.symbol


def unit_named(text: str) -> Unit:
    """Read a unit such as mL/h, mcg/kg/min, mg/5 mL, % w/v or a UCUM code. CannotCalculate for anything else."""
    known = _read.get(text)
    if known is None:
        known = _read_unit(text)
        if len(_read) < KEPT:
            _read[text] = known
    return known


def unit_of(dimensions: Dimensions) -> Unit:
    """Give the base unit of these dimensions: g/mL for mass per volume."""
    known = _bases.get(dimensions)
    if known is None and len(dimensions) == 1 and dimensions[0][1] == 1 and dimensions[0][0] != BODY:
        known = _bases[dimensions] = unit_named(BASE_SYMBOLS.get(dimensions[0][0], dimensions[0][0]))
    if known is None:
        above = [_power(BASE_SYMBOLS.get(name, name), count) for name, count in dimensions if count > 0]
        below = [_power(BASE_SYMBOLS.get(name, name), -count) for name, count in dimensions if count < 0]
        above = [_plural(above[0])] if len(above) == 1 else above
        symbol = "/".join([".".join(above), *below])
        known = _bases[dimensions] = NUMBER if not dimensions else Unit(symbol, symbol, Fraction(1), dimensions, symbol)
    return known


def product_of(first: Unit, second: Unit, power: int) -> Unit:
    """Give the base unit of first times second (power 1) or first over second (power -1)."""
    key = (first, second, power)
    known = _products.get(key)
    if known is None:
        known = _products[key] = unit_of(_combined((first.dimensions, 1), (second.dimensions, power)))
    return known


def kind_of(dimensions: Dimensions) -> str:
    """Give dimensions in words."""
    above = " × ".join(_power(name, count) for name, count in dimensions if count > 0)
    below = "".join(f" per {_power(name, -count)}" for name, count in dimensions if count < 0)
    return f"{above or ('number' if not below else 'times')}{below}"


NUMBER = Unit("", "", Fraction(1), (), "1")

_read: dict[str, Unit] = {"": NUMBER, "1": NUMBER, "{1}": NUMBER}
_bases: dict[Dimensions, Unit] = {}
_products: dict[tuple[Unit, Unit, int], Unit] = {}
_written: dict[str, Unit] = {}
_ATOMS = {atom.symbol: atom for atom in ATOMS} | {
    name: Atom(name, name, Fraction(1), f"{{{name}}}" if name != "drop" else "[drp]") for name in COUNTED
}
_PIECE = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)?[ .]?(.*)", re.DOTALL)
BASE_SYMBOLS = {
    "mass": "g", "volume": "mL", "amount of substance": "mmol", "equivalents": "mEq", "osmoles": "mOsm",
    "activity": "unit", "radioactivity": "MBq", "time": "min", "months": "month", "length": "cm", "energy": "kcal",
    "money": "USD", BODY: "g", "morphine equivalents": "MME", "degrees Celsius": "°C", "degrees Fahrenheit": "°F",
    "kelvins": "K",
}  # fmt: skip


def _read_unit(text: str) -> Unit:
    if len(text) > LONGEST:
        raise CannotCalculate("", "a unit is not that long.")
    wanted = " ".join(text.split())
    if (percent := re.fullmatch(r"(%|percent) ?(w/v|w/w|v/v)", wanted)) is not None:
        return _made(f"% {percent[2]}", f"% {percent[2]}", Fraction(1, 100), PERCENTS[f"% {percent[2]}"], "%")
    if wanted in {"mg%", "mg %"}:
        return unit_named("mg/dL")
    pieces = re.sub(r"[(){}]|^per |(?<=\d)_(?=m2)", lambda found: " " if found[0] == "_" else "", wanted).split("/")
    return _of_pieces(text, pieces)


def _of_pieces(text: str, pieces: list[str]) -> Unit:
    top = re.split(r"[.·*](?=[^\d])", pieces[0])
    products, pieces = len(top) - 1, [*top, *pieces[1:]]
    factor, symbols, codes = Fraction(1), [], []
    dimensions: Dimensions = ()
    first = ""
    for place, piece in enumerate(pieces):
        if place == 0 and piece.strip() in {"", "1", "times", "time", "x"}:
            symbols.append("")
            codes.append("")
            continue
        number, atom = _piece(text, piece, money=bool(dimensions) and dimensions[0][0] == "money")
        if place == 0 and number != 1:
            raise CannotCalculate("", f"{_shown(text)} is an amount, not a unit.")
        power = 1 if place <= products else -1
        is_body = power < 0 and atom.symbol == "kg" and not (dimensions and dimensions[0][0] == "money")
        dimension = BODY if is_body else atom.dimension
        factor *= (number * atom.factor) ** power
        dimensions = _combined((dimensions, 1), (((dimension, atom.power),) if atom.power else (), power))
        lead = "" if number == 1 else f"{written(number)} "
        symbols.append(lead + (_plural(atom.symbol) if place == 0 and not products else atom.symbol))
        codes.append(f"({written(number)}.{atom.ucum})" if number != 1 else atom.ucum)
        first = first or atom.symbol
    symbol, code = (
        ".".join(names[: products + 1]) + "".join(f"/{name}" for name in names[products + 1 :])
        for names in (symbols, codes)
    )
    return _made(symbol, first if len(pieces) == 1 else symbol, factor, dimensions, code)


def _piece(text: str, piece: str, *, money: bool) -> tuple[Fraction, Atom]:
    found = _PIECE.fullmatch(piece.strip())
    assert found is not None  # noqa: S101  The pattern ends in anything.
    name = found[2].strip()
    if name in REFUSED_SYMBOLS:
        raise CannotCalculate("", f"{REFUSED_SYMBOLS[name]}.")
    number = Fraction(found[1] or 1)
    if number <= 0:
        raise CannotCalculate("", f"{_shown(text)} divides by nothing.")
    return number, _atom_named(name, text)


def _atom_named(name: str, text: str) -> Atom:
    for spelling in (name, name.lower()) if len(name) > 3 else (name,):
        for candidate in (ALIASES.get(spelling, spelling), _singular(spelling)):
            if candidate in _ATOMS:
                return _ATOMS[candidate]
    raise CannotCalculate("", f"{_shown(text)} is not a unit we know.")


def _made(symbol: str, one: str, factor: Fraction, dimensions: Dimensions, ucum: str) -> Unit:
    known = _written.get(symbol)
    if known is None:
        known = Unit(symbol, one, factor, dimensions, ucum)
        if len(_written) < KEPT:
            _written[symbol] = known
    return known


def _combined(*parts: tuple[Dimensions, int]) -> Dimensions:
    total: dict[str, int] = {}
    for dimensions, power in parts:
        for name, count in dimensions:
            total[name] = total.get(name, 0) + count * power
    return tuple(sorted((name, count) for name, count in total.items() if count))


def _power(name: str, count: int) -> str:
    return name if count == 1 else f"{name}{count}"


def _plural(name: str) -> str:
    return name if name in NEVER_PLURAL else PLURALS.get(name, f"{name}s")


def _singular(name: str) -> str:
    for one, many in PLURALS.items():
        if name == many:
            return one
    return name[:-1] if name.endswith("s") and name[:-1] not in NEVER_PLURAL else name


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")
