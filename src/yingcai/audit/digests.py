"""Keyed digests: audit rows say "the same value as before" without saying the value."""

from django.utils.crypto import salted_hmac

LENGTH = 20  # hexadecimal digits; 80 bits are plenty to tell values apart


def keyed_digest(value: str, *, purpose: str) -> str:
    """A short digest of ``value`` that only this installation's secret key can make again."""
    made = salted_hmac(f"yingcai.{purpose}", value, algorithm="sha256")
    return made.hexdigest()[:LENGTH]
