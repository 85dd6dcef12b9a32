"""A made-up pharmacy and a day in it, deterministic from a seed."""

from collections.abc import Sequence


def ensure_made_up_pharmacy() -> Sequence[str]:
    """This will make the made-up pharmacy if there is none yet, and give the lines that say who can sign in.

    Django must be set up and the tables must be there.
    """
    from pestle.demo.opening import open_for_practice

    return open_for_practice()
