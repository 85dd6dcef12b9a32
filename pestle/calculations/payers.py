"""How payers count a days' supply: drops in a millilitre, priming, medicines used only in need."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class PayerRules:
    """One payer's way of counting. `rescue_days` is what the payer wants for medicines used only in need."""

    name: str = "house"
    drops_per_ml_solution: Decimal = Decimal(20)
    drops_per_ml_suspension: Decimal = Decimal(15)
    counts_priming: bool = True
    rescue_days: int | None = None
    is_reviewed: bool = False


HOUSE = PayerRules()


def payer_named(name: str) -> PayerRules:
    """Give a payer's rules; KeyError for one we have no figures for."""
    return _payers()[name.casefold()]


@lru_cache(maxsize=1)
def _payers() -> dict[str, PayerRules]:
    lines = files("pestle.calculations").joinpath("payers.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {row[0].casefold(): PayerRules(row[0], Decimal(row[1]), Decimal(row[2])) for row in rows}
