"""The seed of a lottery from its making to the draw: encrypted, so that nobody reads it in the database or a backup.

The key comes from SECRET_KEY; `SECRET_KEY_FALLBACKS` opens what was sealed with an earlier one.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"courses.lottery.seed"


class SealBroken(Exception):
    """No key this machine has opens the seal."""


def seal(secret: bytes) -> str:
    return _box().encrypt(secret).decode("ascii")


def unseal(sealed: str) -> bytes:
    """Raises `SealBroken`."""
    try:
        return _box().decrypt(sealed.encode("ascii"))
    except InvalidToken as error:
        raise SealBroken from error


def _box() -> MultiFernet:
    return MultiFernet([Fernet(_key(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
