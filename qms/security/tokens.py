"""Single-use tokens: random in the mail, hashed at rest, so that a database dump opens no door."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """Make a token of 256 random bits, fit for an address."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Give what is stored in the token's place.

    One round suffices, since nobody can guess 256 bits; a word list does not apply.
    """
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
