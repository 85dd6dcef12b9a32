"""Section 23: prices, margins and payment."""

from decimal import Decimal

from pestle.calculations.amount import Amount
from pestle.calculations.inputs import Input
from pestle.calculations.registry import Working, calculation, working
from pestle.calculations.worked import Asks, CannotCalculate, Step, Warned

CITES = "arithmetic of the trade"
FEE = Input("fee", "USD", "dispensing fee", default="$0", may_be_zero=True, draw="$3.50|$4.85|$5.82|$7.75")
FREE = Amount.of(0, "USD")
COST = Input("cost", "USD", draw="5..80/1 USD")
PRICE = Input("price", "USD", draw="90..160/1 USD")


@calculation(
    name="cost-of",
    title="Cost of a quantity",
    section=23,
    topic="business",
    keywords="unit cost, price per lb, invoice",
    formula="cost = quantity × price of one",
    inputs=(
        Input("quantity", "any", draw="30 tablets|60 tablets|90 tablets"),
        Input(
            "unit_price",
            "any",
            "price of one, as $94.00/lb or $20/50 tablet",
            draw="$425/500 tablet|$120/1000 tablet|$18/100 tablet",
        ),
    ),
    answer="USD",
    cites=CITES,
    question="{quantity} at {unit_price}: cost?",
)
def cost_of(quantity: Amount, unit_price: Amount) -> Working[Decimal]:
    """Gives what a quantity costs; quantity and price must be in the same kind of unit."""
    cost = _money(quantity * unit_price, "unit_price", "each, package, mL and g are not the same unit of measure")
    return working(cost, "{} × {}", quantity, unit_price, back=("cost ÷ price of one", cost / unit_price, quantity))


@calculation(
    name="retail-price",
    title="Retail price from markup",
    section=23,
    topic="business",
    keywords="markup, dispensing fee, price",
    formula="price = cost × (1 + markup) + fee",
    inputs=(Input("cost", "USD", draw="5..80/1 USD"), Input("markup", "%", draw="20..40/5 %", may_be_zero=True), FEE),
    answer="USD",
    cites=CITES,
    question="Cost {cost}, markup {markup}, fee {fee}: price?",
)
def retail_price(*, cost: Amount, markup: Amount, fee: Amount) -> Working[Decimal]:
    """Gives cost with markup and fee."""
    price = cost * (1 + markup.base) + fee
    return working(
        price,
        "{} × (1 + {}) + {}",
        cost,
        markup,
        fee,
        back=("(price − fee) ÷ (1 + markup)", (price - fee) / (1 + markup.base), cost),
    )


@calculation(
    name="prescription-price",
    title="Price of a prescription",
    section=23,
    topic="business",
    keywords="markup, fee, bottle price, tablets",
    formula="price = quantity × package price ÷ package × (1 + markup) + fee",
    inputs=(
        Input("quantity", "any", draw="30 tablets|60 tablets|90 tablets"),
        Input("package_price", "USD", draw="100..900/25 USD"),
        Input("package", "any", draw="100 tablets|500 tablets|1,000 tablets"),
        Input("markup", "%", default="0%", may_be_zero=True, draw="25..40/5 %"),
        FEE,
    ),
    answer="USD",
    cites=CITES,
    question="{quantity} from {package} at {package_price}, markup {markup}, fee {fee}: price?",
)
def prescription_price(
    *, quantity: Amount, package_price: Amount, package: Amount, markup: Amount, fee: Amount
) -> Working[Decimal]:
    """Gives the price; rounds only at the end."""
    share = quantity / package
    if share.unit.dimensions:
        raise CannotCalculate("package", f"{quantity} and {package} are not in the same unit of measure.")
    cost = package_price * share.base
    price = cost * (1 + markup.base) + fee
    before = (
        Step("cost = quantity ÷ package × package price", "{} ÷ {} × {}", cost, (quantity, package, package_price)),
    )
    return working(
        price,
        "{} × (1 + {}) + {}",
        cost,
        markup,
        fee,
        before=before,
        back=("(price − fee) ÷ (1 + markup) ÷ share", (price - fee) / (1 + markup.base) / share.base, package_price),
    )


@calculation(
    name="compound-price",
    title="Price of a compound",
    section=23,
    topic="business",
    keywords="compounding, ingredients, fee",
    formula="price = sum of ingredient costs + fee",
    inputs=(
        Input("quantities", "any", is_list=True, draw="12 capsules; 120 g|6 tablets; 60 g"),
        Input("prices", "any", "price of one of each, in the same order", is_list=True, draw="$0.40/capsule; $7.50/lb"),
        FEE,
    ),
    answer="USD",
    cites=CITES,
    question="{quantities} at {prices}, fee {fee}: price?",
)
def compound_price(*, quantities: tuple[Amount, ...], prices: tuple[Amount, ...], fee: Amount) -> Working[Decimal]:
    """Gives the price of a compound from its ingredients."""
    if len(quantities) != len(prices):
        raise CannotCalculate("prices", f"there are {len(quantities)} quantities and {len(prices)} prices.")
    costs = [
        _money(quantity * price, "prices", f"{price} is not a price of {quantity}")
        for quantity, price in zip(quantities, prices, strict=True)
    ]
    total = sum(costs[1:], costs[0]) + fee
    steps = tuple(
        Step("ingredient", "{} × {}", cost, (quantity, price))
        for quantity, price, cost in zip(quantities, prices, costs, strict=True)
    )
    rest = total - fee - sum(costs[1:], FREE)
    return working(
        total,
        " + ".join(map(str, costs)) + " + {}",
        fee,
        before=steps,
        back=("(price − fee − the others) ÷ price of the first", rest / prices[0], quantities[0]),
    )


@calculation(
    name="markup",
    title="Percent markup",
    section=23,
    topic="business",
    keywords="markup percent",
    formula="markup = (price − cost) ÷ cost × 100",
    inputs=(COST, PRICE),
    answer="%",
    cites=CITES,
    question="Cost {cost}, price {price}: markup?",
)
def markup(cost: Amount, price: Amount) -> Working[Decimal]:
    """Gives the gross profit as a percent of cost."""
    share = (price - cost) / cost
    return working(
        share,
        "({} − {}) ÷ {} × 100",
        price,
        cost,
        cost,
        back=("cost × (1 + markup)", cost * (1 + share.base), price),
        warnings=_loss(cost, price),
    )


@calculation(
    name="gross-margin",
    title="Gross margin",
    section=23,
    topic="business",
    keywords="margin, gross profit",
    formula="margin = (price − cost) ÷ price × 100",
    inputs=(COST, PRICE),
    answer="%",
    cites=CITES,
    question="Cost {cost}, price {price}: gross margin?",
)
def gross_margin(cost: Amount, price: Amount) -> Working[Decimal]:
    """Gives the gross profit as a percent of price."""
    share = (price - cost) / price
    return working(
        share,
        "({} − {}) ÷ {} × 100",
        price,
        cost,
        price,
        back=("price × (1 − margin)", price * (1 - share.base), cost),
        warnings=_loss(cost, price),
    )


@calculation(
    name="price-for-margin",
    title="Price for a wanted margin",
    section=23,
    topic="business",
    keywords="margin, selling price",
    formula="price = cost ÷ (1 − margin)",
    inputs=(COST, Input("margin", "%", limit="margin", draw="15..45/5 %")),
    answer="USD",
    cites=CITES,
    question="Cost {cost}, wanted margin {margin} of price: price?",
)
def price_for_margin(cost: Amount, margin: Amount) -> Working[Decimal]:
    """Gives the price whose gross margin is the wanted percent."""
    price = cost / (1 - margin.base)
    return working(price, "{} ÷ (1 − {})", cost, margin, back=("price × (1 − margin)", price * (1 - margin.base), cost))


@calculation(
    name="profit",
    title="Gross and net profit",
    section=23,
    topic="business",
    keywords="profit, capitation, DIR, fees",
    formula="profit = income − cost − fees",
    inputs=(
        Input("income", "USD", draw="100..400/10 USD"),
        Input("cost", "USD", draw="50..90/5 USD", may_be_zero=True),
        Input("fees", "USD", "fees taken afterwards, such as DIR", default="$0", may_be_zero=True, draw="$0|$5|$12"),
    ),
    answer="USD",
    cites=CITES,
    question="Income {income}, cost {cost}, fees {fees}: profit?",
)
def profit(*, income: Amount, cost: Amount, fees: Amount) -> Working[Decimal]:
    """Gives what is left; below nothing for a loss."""
    left = income - cost - fees
    return working(
        left,
        "{} − {} − {}",
        income,
        cost,
        fees,
        back=("profit + cost + fees", left + cost + fees, income),
        warnings=_loss(cost, income),
    )


@calculation(
    name="discount",
    title="Invoice with prompt-payment discount",
    section=23,
    topic="business",
    keywords="2/10 net 30, terms, discount",
    formula="paid = invoice × (1 − discount) when in time",
    inputs=(
        Input("invoice", "USD", draw="1,000..6,000/250 USD"),
        Input("discount", "%", limit="percent", draw="1%|2%|3%"),
        Input("within", "day", "days in which the discount holds", default="10 days", draw="10 days"),
        Input("paid_after", "day", "days until payment", draw="3..14/1 days"),
    ),
    answer="USD",
    cites=CITES,
    question="{invoice}, {discount} in {within}, paid after {paid_after}: amount paid?",
)
def discount(*, invoice: Amount, discount: Amount, within: Amount, paid_after: Amount) -> Working[Decimal]:
    """Gives the amount to pay."""
    off = discount.base if paid_after <= within else discount.base * 0
    paid = invoice * (1 - off)
    late = () if off else (Warned(f"Paid after {paid_after}: no discount after {within}."),)
    if off == 1:
        raise CannotCalculate("discount", "a discount of 100% leaves nothing to pay.")
    return working(
        paid,
        "{} × (1 − {})",
        invoice,
        Amount.of(off * 100, "%"),
        back=("paid ÷ (1 − discount)", paid / (1 - off), invoice),
        warnings=late,
    )


@calculation(
    name="average-wholesale-price",
    title="AWP from WAC",
    section=23,
    topic="business",
    keywords="AWP, WAC, 1.2",
    formula="AWP = WAC × 1.20; payment = AWP × (1 − discount) + fee",
    inputs=(
        Input("wac", "USD", "wholesale acquisition cost", draw="50..400/10 USD"),
        Input(
            "discount", "%", "discount off AWP", limit="percent", default="0%", may_be_zero=True, draw="10%|15%|18%|20%"
        ),
        FEE,
    ),
    answer="USD",
    cites="AWP as 120% of WAC is common, not certain",
    is_reviewed=False,
    question="WAC {wac}, AWP estimated at 1.2 × WAC, less {discount}, fee {fee}: payment?",
)
def average_wholesale_price(*, wac: Amount, discount: Amount, fee: Amount) -> Working[Decimal]:
    """Gives AWP less a discount plus a fee; beside it AWP itself."""
    awp = wac * Decimal("1.2")
    paid = awp * (1 - discount.base) + fee
    before = (Step("AWP = WAC × 1.20", "{} × 1.2", awp, (wac,)),)
    if discount.base == 1:
        raise CannotCalculate("discount", "a discount of 100% leaves nothing.")
    return working(
        paid,
        "{} × (1 − {}) + {}",
        awp,
        discount,
        fee,
        before=before,
        back=("(payment − fee) ÷ (1 − discount) ÷ 1.2", (paid - fee) / (1 - discount.base) / Decimal("1.2"), wac),
        also=(("AWP", awp, "0.01"),),
    )


@calculation(
    name="reimbursement",
    title="What a plan pays",
    section=23,
    topic="business",
    keywords="U&C, MAC, NADAC, AWP, lower of",
    formula="payment = lowest of U&C, AWP − discount + fee, MAC × quantity + fee, NADAC × quantity + fee",
    inputs=(
        Input("usual", "USD", "usual and customary price", draw="40..90/5 USD"),
        Input("awp", "USD", "AWP of the quantity", is_optional=True, draw="50..120/5 USD"),
        Input("discount", "%", limit="percent", default="0%", may_be_zero=True, draw="15%|18%"),
        Input("mac", "USD", "MAC of the quantity", is_optional=True, draw="10..60/5 USD"),
        Input("nadac", "USD", "NADAC of the quantity", is_optional=True),
        FEE,
        Input("cost", "USD", "what the pharmacy paid", is_optional=True),
    ),
    answer="USD",
    cites="plan contract: the lowest of",
    question="U&C {usual}, AWP {awp} less {discount}, MAC {mac}, fee {fee}: what does the plan pay?",
)
def reimbursement(
    *,
    usual: Amount,
    awp: Amount | None,
    discount: Amount,
    mac: Amount | None,
    nadac: Amount | None,
    fee: Amount,
    cost: Amount | None,
) -> Working[Decimal]:
    """Gives the lowest of the prices that are known; warns below cost."""
    prices = {"U&C": usual}
    if awp is not None:
        prices["AWP − discount + fee"] = awp * (1 - discount.base) + fee
    if mac is not None:
        prices["MAC + fee"] = mac + fee
    if nadac is not None:
        prices["NADAC + fee"] = nadac + fee
    name = min(prices, key=lambda each: prices[each].base)
    below = cost is not None and prices[name] < cost
    warnings = (Warned(f"{prices[name]} is below the cost of {cost}.", Asks.REASON, "cost"),) if below else ()
    before = tuple(Step("", each, price) for each, price in prices.items())
    return working(prices[name], f"lowest: {name}", before=before, warnings=warnings)


@calculation(
    name="copay",
    title="What the patient pays",
    section=23,
    topic="business",
    keywords="copay, coinsurance, deductible, out of pocket cap",
    formula="patient = deductible left + coinsurance of the rest (or the copay), at most the cap",
    inputs=(
        Input("price", "USD", draw="40..200/10 USD"),
        Input("deductible", "USD", "deductible still open", default="$0", may_be_zero=True, draw="$0|$20|$50"),
        Input("coinsurance", "%", limit="percent", default="0%", may_be_zero=True, draw="10%|20%|25%"),
        Input("copay", "USD", "fixed copay of the rest", default="$0", may_be_zero=True),
        Input("cap", "USD", "out-of-pocket cap still open", is_optional=True),
    ),
    answer="USD",
    cites="order: deductible, then coinsurance or copay, then cap",
    question="Price {price}, deductible open {deductible}, coinsurance {coinsurance}: what does the patient pay?",
)
def copay(
    *, price: Amount, deductible: Amount, coinsurance: Amount, copay: Amount, cap: Amount | None
) -> Working[Decimal]:
    """Gives the patient's part; beside it the plan's. A copay is never more than the rest of the price."""
    first = min(price, deductible)
    rest = price - first
    shared = min(rest * coinsurance.base + copay, rest)
    due = first + shared
    pays = due if cap is None else min(due, cap)
    steps = (
        Step("deductible", "the smaller of {} and {}", first, (price, deductible)),
        Step("share of the rest", "{} × {} + {}", shared, (rest, coinsurance, copay)),
    )
    plan = price - pays
    return working(
        pays,
        "{} + {}",
        first,
        shared,
        before=steps,
        also=(("plan", plan, "0.01"),),
        back=("patient + plan", pays + plan, price),
    )


def _money(amount: Amount, field: str, reason: str) -> Amount:
    if amount.unit.dimensions != FREE.unit.dimensions:
        raise CannotCalculate(field, f"{reason}.")
    return amount.to("USD")


def _loss(cost: Amount, price: Amount) -> tuple[Warned, ...]:
    if price < cost:
        return (
            Warned(
                f"{price} is below the cost of {cost}: is the unit of measure right (each, package, mL)?",
                Asks.REASON,
                "price",
            ),
        )
    return ()
