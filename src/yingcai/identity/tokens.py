"""What a token looks like, how its secret is kept, and which token a text is."""

import hashlib
import re
from datetime import datetime

from django.utils.crypto import constant_time_compare

from yingcai.audit.digests import keyed_digest
from yingcai.identity.models import AccessToken
from yingcai.identity.queries import token_is_open

# The beginning lets a scan of files and messages find tokens that were left about.
TOKEN = re.compile(r"yct_([0-9a-f]{12})_([\w-]{43})", re.ASCII)


def digest_of(handle: str, secret: str) -> str:
    """How a secret is kept. It has 256 random bits, so that one digest is enough and no key is needed."""
    return hashlib.sha256(f"{handle}:{secret}".encode()).hexdigest()


def token_of(text: str, *, at: datetime) -> AccessToken | None:
    """The token that a text is, if it opens something at a moment of the machine's clock."""
    form = TOKEN.fullmatch(text)
    if form is None:
        return None
    token = AccessToken.objects.filter(handle=form[1]).select_related("user").first()
    if token is None or not constant_time_compare(token.digest, digest_of(form[1], form[2])):
        return None
    return token if token_is_open(token, at=at) else None


def caller_digest(address: str) -> str:
    """An address for the count of failed tokens, apart from that of failed sign-ins."""
    return keyed_digest(address, purpose="token-address")
