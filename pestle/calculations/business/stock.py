"""Section 23: stock, orders and depreciation."""

from decimal import Decimal

from pestle.calculations.amount import Amount
from pestle.calculations.figures import root
from pestle.calculations.inputs import Input
from pestle.calculations.registry import Working, calculation, working
from pestle.calculations.rounding import Way, to_nearest
from pestle.calculations.worked import CannotCalculate, Step, Warned

CITES = "inventory arithmetic of the trade"
COGS = Input("cost_of_goods", "USD", "cost of goods sold in a year", draw="250,000..1,200,000/50,000 USD")
INVENTORY = Input("inventory", "USD", "average inventory", draw="40,000..150,000/10,000 USD")


@calculation(
    name="turns",
    title="Inventory turns",
    section=23,
    topic="business",
    keywords="turnover, turnover rate",
    formula="turns = cost of goods sold ÷ average inventory",
    inputs=(COGS, INVENTORY),
    answer="",
    nearest="0.1",
    cites=CITES,
    question="Cost of goods {cost_of_goods}, average inventory {inventory}: turns a year?",
)
def turns(cost_of_goods: Amount, inventory: Amount) -> Working[Decimal]:
    """Gives how often a year the inventory is sold."""
    found = cost_of_goods / inventory
    return working(
        found, "{} ÷ {}", cost_of_goods, inventory, back=("turns × inventory", found * inventory, cost_of_goods)
    )


@calculation(
    name="days-on-hand",
    title="Days of stock on hand",
    section=23,
    topic="business",
    keywords="days on hand, inventory",
    formula="days = 365 ÷ turns",
    inputs=(COGS, INVENTORY),
    answer="day",
    nearest="1",
    cites=CITES,
    question="Cost of goods {cost_of_goods}, average inventory {inventory}: days on hand?",
)
def days_on_hand(cost_of_goods: Amount, inventory: Amount) -> Working[Decimal]:
    """Gives how many days the inventory lasts."""
    turned = cost_of_goods / inventory
    days = Amount.of(365, "day") / turned
    before = (Step("turns = cost of goods ÷ inventory", "{} ÷ {}", turned, (cost_of_goods, inventory)),)
    return working(
        days, "365 days ÷ {}", turned, before=before, back=("365 ÷ days", Amount.of(365, "day") / days, turned)
    )


@calculation(
    name="economic-order",
    title="Economic order quantity",
    section=23,
    topic="business",
    keywords="EOQ, order quantity",
    formula="EOQ = √(2 × demand × order cost ÷ carrying cost)",
    inputs=(
        Input("demand", "", "pieces a year", draw="1,000..20,000/500"),
        Input("order_cost", "USD", draw="20..150/10 USD"),
        Input("carrying_cost", "USD", "per piece and year", draw="1..20/1 USD"),
    ),
    answer="",
    nearest="1",
    cites=CITES,
    question="Demand {demand} a year, order cost {order_cost}, carrying cost {carrying_cost} a piece: order quantity?",
)
def economic_order(*, demand: Amount, order_cost: Amount, carrying_cost: Amount) -> Working[Decimal]:
    """Gives the order size with the least total cost."""
    square = 2 * demand * order_cost / carrying_cost
    found = Amount.of(root(square.base))
    back = Amount.of(found.base**2 * carrying_cost.base / order_cost.base / 2)
    return working(
        found,
        "√(2 × {} × {} ÷ {})",
        demand,
        order_cost,
        carrying_cost,
        back=("EOQ² × carrying cost ÷ order cost ÷ 2", back, demand),
    )


@calculation(
    name="reorder-point",
    title="Reorder point",
    section=23,
    topic="business",
    keywords="safety stock, lead time, minimum",
    formula="reorder point = daily use × (lead time + safety days)",
    inputs=(
        Input("use", "", "pieces used in the period", draw="1,800..36,000/600"),
        Input("period", "day", default="365 days", draw="360 days"),
        Input("lead", "day", "lead time", draw="1..10/1 days"),
        Input("safety", "day", "days of safety stock", default="0 days", may_be_zero=True, draw="2..5/1 days"),
    ),
    answer="",
    nearest=to_nearest("1", Way.UP),
    cites=CITES,
    question="{use} in {period}, lead time {lead}, safety {safety}: reorder point?",
)
def reorder_point(*, use: Amount, period: Amount, lead: Amount, safety: Amount) -> Working[Decimal]:
    """Gives the stock at which to order again."""
    daily, days = use / period, lead + safety
    point = daily * days
    before = (Step("daily use = use ÷ period", "{} ÷ {}", daily.to("/day"), (use, period)),)
    return working(
        point,
        "{} × ({} + {})",
        daily.to("/day"),
        lead,
        safety,
        before=before,
        back=("point ÷ days × period", point / days * period, use),
    )


@calculation(
    name="safety-stock",
    title="Safety stock",
    section=23,
    topic="business",
    keywords="service level, z, variability",
    formula="safety stock = z × standard deviation × √lead time",
    inputs=(
        Input("z", "", "1.28 for 90%, 1.65 for 95%, 2.33 for 99%", draw="1.28|1.65|2.33"),
        Input("deviation", "", "standard deviation of a day's use", draw="2..20/1"),
        Input("lead", "day", draw="1..9/1 days"),
    ),
    answer="",
    nearest=to_nearest("1", Way.UP),
    cites=CITES,
    question="z {z}, daily deviation {deviation}, lead time {lead}: safety stock?",
)
def safety_stock(*, z: Amount, deviation: Amount, lead: Amount) -> Working[Decimal]:
    """Gives the stock kept against uneven use."""
    days = lead.to("day").value
    found = Amount.of(z.base * deviation.base * root(days))
    back = Amount.of((found.base / z.base / deviation.base) ** 2, "day")
    return working(found, "{} × {} × √{}", z, deviation, Amount.of(days), back=("(stock ÷ z ÷ deviation)²", back, lead))


@calculation(
    name="par-order",
    title="Order up to par",
    section=23,
    topic="business",
    keywords="par level, packs to order",
    formula="packs = (par − on hand − on order) ÷ pack size, up to whole packs",
    inputs=(
        Input("par", "", draw="20..60/2"),
        Input("on_hand", "", may_be_zero=True, draw="2..18/1"),
        Input("on_order", "", default="0", may_be_zero=True),
        Input("pack", "", "pieces in a pack", draw="4..12/1"),
    ),
    answer="",
    nearest=to_nearest("1", Way.UP),
    cites=CITES,
    question="Par {par}, on hand {on_hand}, pack of {pack}: packs to order?",
)
def par_order(*, par: Amount, on_hand: Amount, on_order: Amount, pack: Amount) -> Working[Decimal]:
    """Gives the packs that bring the stock to par or more; none when it is there."""
    missing = par - on_hand - on_order
    if missing.base <= 0:
        return working(Amount.of(0, "pack"), "par is met", warnings=(Warned("Nothing to order."),))
    packs = Amount.of(missing.base / pack.base, "pack")
    before = (Step("missing = par − on hand − on order", "{} − {} − {}", missing, (par, on_hand, on_order)),)
    return working(
        packs,
        "{} ÷ {}",
        missing,
        pack,
        before=before,
        back=("packs × pack + on hand + on order", Amount.of(packs.value * pack.base) + on_hand + on_order, par),
    )


@calculation(
    name="depreciation",
    title="Straight-line depreciation",
    section=23,
    topic="business",
    keywords="depreciation, salvage",
    formula="yearly = (cost − salvage) ÷ life",
    inputs=(
        Input("cost", "USD", draw="2,000..20,000/500 USD"),
        Input("salvage", "USD", may_be_zero=True, draw="0..1,500/250 USD"),
        Input("life", "year", draw="3..10/1 years"),
    ),
    answer="USD/year",
    cites=CITES,
    question="Cost {cost}, salvage {salvage}, life {life}: depreciation a year?",
)
def depreciation(*, cost: Amount, salvage: Amount, life: Amount) -> Working[Decimal]:
    """Gives the yearly loss of value."""
    if salvage > cost:
        raise CannotCalculate("salvage", f"{salvage} is more than the cost of {cost}.")
    yearly = (cost - salvage) / life
    return working(
        yearly, "({} − {}) ÷ {}", cost, salvage, life, back=("yearly × life + salvage", yearly * life + salvage, cost)
    )
