"""Prescribers who think again: a cancellation comes when the fill has come to a certain place, or gone."""

from pestle.demo.day.desk import Desk
from pestle.records.fills import Fill

OF_A_HUNDRED = 9.0
# Where a fill stands when its cancellation comes: before it is filled, in every hand it passes after, and sold.
WHERE = ("in_entry", "awaiting_check", "queued", "filled", "verified", "bagged", "in_will_call", "sold")


class SecondThoughts:
    """Watches today's fills and lets their prescribers cancel some, each at the place that chance has chosen."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.chosen = {
            number: WHERE[desk.dice.number("cancelled at", number) % len(WHERE)]
            for number in desk.orders
            if desk.dice.happens(OF_A_HUNDRED, "thinks again", number)
        }

    def come(self) -> None:
        """This will send the cancellations whose moment has come."""
        mine = Fill.objects.filter(pharmacy=self.desk.pharmacy, prescription__order_number__in=list(self.chosen))
        # A fill may pass its place between two looks: then the cancellation comes a little later.
        for number, state in list(mine.values_list("prescription__order_number", "state")):
            if number in self.chosen and state in WHERE and WHERE.index(state) >= WHERE.index(self.chosen[number]):
                self.desk.lines.network("cancel_rx", order_number=number, order=self.desk.orders[number].said)
                self.desk.meet(f"cancelled {state.replace('_', ' ')}")
                del self.chosen[number]
