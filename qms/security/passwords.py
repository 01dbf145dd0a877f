"""Passwords: argon2id, length instead of composition rules, the same work for unknown users.

ASVS 6.2: long passwords are welcome, nothing is cut off, nothing expires by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from qms.kernel.i18n import _
from qms.kernel.text import fold
from qms.security.errors import WeakPassword

SHORTEST = 10
"""Least number of characters."""
LONGEST = 256
"""More than this is refused before any work is done on it."""

# 50 to 60 ms on the machine of the measurements, above OWASP's least set for argon2id.
_HASHER = PasswordHasher(time_cost=2, memory_cost=32 * 1024, parallelism=1)

# The first ones of the usual lists that are long enough to pass the length rule, and their Spanish
# sisters.  Digits and signs at the end are taken off before the comparison.
_COMMON_WORDS = """
    password contrasena contraseña passw0rd qwertyuiop qwertyui asdfghjkl asdfghjklñ zxcvbnm
    1q2w3e4r5t 1q2w3e4r 1qaz2wsx 1qaz2wsx3edc qazwsxedc qwerty administrator administrador admin
    bienvenido bienvenida bienvenidos welcome letmein iloveyou teamo teamomucho tequiero
    tequieromucho princesa princess superman batman futbol football baseball colombia bolivia
    bogota medellin santacruz cochabamba lapaz cambiame changeme temporal usuario secreto
    empresa calidad gestiondecalidad iso documento documentos sistema seguridad clave miclave
    micontraseña micontrasena lacontraseña mipassword dragon monkey sunshine shadow master
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    jesus jesuscristo diosesamor diosesfiel amorcito corazon mariajose nacional millonarios
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_SEQUENCES = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


def hash_password(password: str) -> str:
    """Make the argon2id hash that is stored; costs about 55 ms."""
    return _HASHER.hash(password)


@cache
def _nobodys_hash() -> str:
    """Hash something that nobody knows, for checks against no account."""
    return _HASHER.hash(hashlib.sha256(b"nobody").hexdigest())


def check_password(stored: str | None, password: str) -> bool:
    """Tell whether ``password`` is the one of ``stored``, at the same cost where there is none.

    D4-16: that no account, or an account without a password, takes as long keeps who exists secret.
    """
    if len(password) > LONGEST:
        password = ""
    try:
        matches = _HASHER.verify(stored or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return matches and stored is not None


def needs_new_hash(stored: str) -> bool:
    """Tell whether the parameters have grown since ``stored`` was made."""
    return _HASHER.check_needs_rehash(stored)


def _is_sequence(core: str) -> bool:
    """Tell whether the text is one character repeated or a run along the alphabet or keyboard."""
    if len(set(core)) <= 2:
        return True
    return any(core in run or core in run[::-1] for run in _SEQUENCES)


def refuse_weak(password: str, *, personal: Iterable[str] = ()) -> None:
    """Raise WeakPassword when ``password`` is short, common, a mere run, or the person's own words.

    ``personal`` holds words that an attacker tries first: name, e-mail address, organisation.
    """
    if len(password) < SHORTEST:
        raise WeakPassword(
            _("A password needs at least ${count} characters; spaces count."), count=SHORTEST
        )
    if len(password) > LONGEST:
        raise WeakPassword(_("A password has at most ${count} characters."), count=LONGEST)
    folded = fold(password).replace(" ", "")
    core = folded.strip("0123456789!.,;:-_*#$%&/()=?¿¡+@ ")
    words = {fold(part) for text in personal for part in _words(text)}
    if core in words | {fold(word) for word in _COMMON} or folded in _COMMON:
        raise WeakPassword
    if _is_sequence(folded) or _is_sequence(core or folded):
        raise WeakPassword


def _words(text: str) -> set[str]:
    """Split a name or an address into the words that a guess would be made of."""
    parts = text.replace("@", " ").replace(".", " ").split()
    return {part for part in (*parts, "".join(parts), text) if len(part) >= 4}
