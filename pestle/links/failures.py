"""How a conversation with a partner can fail: no answer is not a refusal."""


class NoAnswer(Exception):
    """The partner was not reached, or said nothing in time, or something unreadable: try again later."""


class NotReached(NoAnswer):
    """The line to the partner could not be opened: nothing of the message can have come to it."""


class NotTaken(Exception):
    """The partner answered that it will not take this message: trying again unchanged is no use."""
