"""Whether somebody has set up a second factor."""

from allauth.mfa.models import Authenticator


def has_second_factor(account_id: int) -> bool:
    """This will tell whether an account is asked for a code at sign-in."""
    return bool(Authenticator.objects.filter(user_id=account_id, type=Authenticator.Type.TOTP).exists())
