"""What keeps a back-up or a restore from being good, in one sentence."""


class BackUpFailed(Exception):
    """A back-up could not be made or used; the message is a sentence that says what to do."""
