"""Texts that must not lie open in the database: phone numbers of messages, secrets of second factors.

The key comes from SECRET_KEY, so a stolen copy of the database alone opens nothing; keys in SECRET_KEY_FALLBACKS still
open what they sealed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def _fernet() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(b"yinling.accounts.sealing:" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def seal(text: str) -> str:
    """`text`, readable only with this site's key."""
    return _fernet().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Raises ValueError if it was sealed with another key, or tampered with."""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise ValueError("sealed with another key") from error


def digest(text: str, *, purpose: str) -> str:
    """A keyed digest, to find or compare a text without keeping it: 64 hexadecimal characters."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()
