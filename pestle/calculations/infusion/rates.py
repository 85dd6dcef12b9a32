"""Section 14: rates of infusions and drops."""

from decimal import Decimal

from pestle.calculations.amount import Amount
from pestle.calculations.inputs import Input
from pestle.calculations.registry import Working, calculation, working
from pestle.calculations.rounding import Way, to_nearest
from pestle.calculations.worked import Step

CITES = "dimensional analysis"
VOLUME = Input("volume", "mL", draw="50 mL|100 mL|250 mL|500 mL|1,000 mL")
TIME = Input("time", "h", draw="30 min|1..12/1 h|90 min")
SET = Input(
    "drop_factor",
    "drop/mL",
    "drops per mL of the set",
    limit="drops per mL",
    draw="10 drops/mL|15 drops/mL|20 drops/mL|60 drops/mL",
)
DROPS = Input("drops", "drop/min", "drop rate", draw="10..60/1 drops/min")
RATE = Input("rate", "mL/h", draw="25..250/5 mL/h")


@calculation(
    name="infusion-rate",
    title="Pump rate",
    section=14,
    topic="infusions",
    keywords="mL/h, pump, IVPB, drip, infusion",
    formula="rate = volume ÷ time",
    inputs=(VOLUME, TIME),
    answer="mL/h",
    nearest="0.1",
    cites=CITES,
    answer_limit="pump rate",
    question="{volume} over {time}: mL/h?",
)
def infusion_rate(volume: Amount, time: Amount) -> Working[Decimal]:
    """Gives the rate that runs a volume in a time."""
    rate = volume / time
    return working(rate, "{} ÷ {}", volume, time, back=("rate × time", rate * time, volume))


@calculation(
    name="drop-rate",
    title="Drops per minute",
    section=14,
    topic="infusions",
    keywords="gtt/min, drip rate, drop factor, gravity",
    formula="drops/min = volume ÷ time × drop factor",
    inputs=(VOLUME, TIME, SET),
    answer="drops/min",
    answer_limit="drip rate",
    nearest="1",
    cites=CITES,
    question="{volume} over {time} with a set of {drop_factor}: drops/min?",
)
def drop_rate(*, volume: Amount, time: Amount, drop_factor: Amount) -> Working[Decimal]:
    """Gives whole drops per minute of a gravity set."""
    drops = volume / time * drop_factor
    return working(
        drops,
        "{} ÷ {} × {}",
        volume,
        time,
        drop_factor,
        back=("drops/min ÷ drop factor × time", drops / drop_factor * time, volume),
    )


@calculation(
    name="drops-from-rate",
    title="Drops per minute from mL/h",
    section=14,
    topic="infusions",
    keywords="gtt/min, drip rate",
    formula="drops/min = rate × drop factor ÷ 60",
    inputs=(RATE, SET),
    answer="drops/min",
    answer_limit="drip rate",
    nearest="1",
    cites=CITES,
    question="{rate} with a set of {drop_factor}: drops/min?",
)
def drops_from_rate(rate: Amount, drop_factor: Amount) -> Working[Decimal]:
    """Gives drops per minute that run as fast as a pump rate."""
    drops = rate * drop_factor
    return working(
        drops, "{} × {} ÷ 60 min/h", rate, drop_factor, back=("drops/min ÷ drop factor", drops / drop_factor, rate)
    )


@calculation(
    name="rate-from-drops",
    title="mL/h from drops per minute",
    section=14,
    topic="infusions",
    keywords="gtt/min, mL/h, drip",
    formula="rate = drops/min × 60 ÷ drop factor",
    inputs=(DROPS, SET),
    answer="mL/h",
    nearest="0.1",
    cites=CITES,
    question="{drops} with a set of {drop_factor}: mL/h?",
)
def rate_from_drops(drops: Amount, drop_factor: Amount) -> Working[Decimal]:
    """Gives the rate at which a counted drip runs."""
    rate = drops / drop_factor
    return working(
        rate, "{} × 60 min/h ÷ {}", drops, drop_factor, back=("rate × drop factor", rate * drop_factor, drops)
    )


@calculation(
    name="infusion-time",
    title="How long an infusion runs",
    section=14,
    topic="infusions",
    keywords="duration, hours, run out",
    formula="time = volume ÷ rate",
    inputs=(VOLUME, Input("rate", "mL/h", draw="25..250/5 mL/h")),
    answer="h",
    cites=CITES,
    question="{volume} at {rate}: how many hours?",
)
def infusion_time(volume: Amount, rate: Amount) -> Working[Decimal]:
    """Gives the time a volume lasts at a rate."""
    time = volume / rate
    return working(time, "{} ÷ {}", volume, rate, back=("time × rate", time * rate, volume))


@calculation(
    name="drip-time",
    title="How long a drip runs",
    section=14,
    topic="infusions",
    keywords="duration, gtt/min, hours",
    formula="time = volume × drop factor ÷ drops/min",
    inputs=(VOLUME, DROPS, SET),
    answer="h",
    cites=CITES,
    question="{volume} at {drops} with a set of {drop_factor}: hours?",
)
def drip_time(*, volume: Amount, drops: Amount, drop_factor: Amount) -> Working[Decimal]:
    """Gives the time a volume lasts at a drop rate."""
    time = volume * drop_factor / drops
    return working(
        time,
        "{} × {} ÷ {}",
        volume,
        drop_factor,
        drops,
        back=("time × drops/min ÷ drop factor", time * drops / drop_factor, volume),
    )


@calculation(
    name="drug-delivered",
    title="Drug delivered by a drip",
    section=14,
    topic="infusions",
    keywords="mg given, drip, infused",
    formula="drug = drops/min × time ÷ drop factor × concentration",
    inputs=(
        DROPS,
        Input("time", "h", draw="1..8/1 h"),
        SET,
        Input("concentration", "mg/mL|unit/mL|mEq/mL", draw="750 mg/500 mL|1 g/500 mL|250 mg/250 mL"),
    ),
    answer="mg|unit|mEq",
    cites=CITES,
    question="{time} at {drops} with a set of {drop_factor} from {concentration}: mg delivered?",
)
def drug_delivered(*, drops: Amount, time: Amount, drop_factor: Amount, concentration: Amount) -> Working[Decimal]:
    """Gives the drug a drip has brought in a time."""
    volume = drops * time / drop_factor
    drug = volume * concentration
    before = (Step("volume = drops/min × time ÷ drop factor", "{} × {} ÷ {}", volume, (drops, time, drop_factor)),)
    return working(
        drug,
        "{} × {}",
        volume,
        concentration,
        before=before,
        back=("drug ÷ concentration × drop factor ÷ time", drug / concentration * drop_factor / time, drops),
    )


@calculation(
    name="bags-per-day",
    title="Bags for a day",
    section=14,
    topic="infusions",
    keywords="bags, 24 hours, IV fluids",
    formula="bags = rate × 24 h ÷ volume of a bag, up to whole bags",
    inputs=(RATE, Input("bag", "mL/bag", "usable volume of a bag", draw="250 mL/bag|500 mL/bag|1,000 mL/bag")),
    answer="bag",
    nearest=to_nearest("1", Way.UP),
    cites=CITES,
    question="{rate} for 24 h from bags of {bag}: bags?",
)
def bags_per_day(rate: Amount, bag: Amount) -> Working[Decimal]:
    """Gives the bags a day needs."""
    day = rate * Amount.of(24, "h")
    bags = day / bag
    before = (Step("volume in 24 h", "{} × 24 h", day, (rate,)),)
    return working(
        bags, "{} ÷ {}", day, bag, before=before, back=("bags × bag ÷ 24 h", bags * bag / Amount.of(24, "h"), rate)
    )
