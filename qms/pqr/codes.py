"""Secret codes by which customers follow their cases; stored is their digest only."""

from __future__ import annotations

import secrets

from qms.security.tokens import digest

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Of secret codes: none that looks like another one, since codes are read out on the telephone."""
CODE_LENGTH = 10


def new_code() -> str:
    """Make a secret code that can be read out: two groups of five."""
    letters = "".join(secrets.choice(LETTERS) for _each in range(CODE_LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def code_digest(number: str, code: str) -> str:
    """Give what is stored of a code; the number keeps two equal codes apart."""
    plain = "".join(one for one in code.upper() if one.isalnum())
    return digest(f"{number} {plain}")
