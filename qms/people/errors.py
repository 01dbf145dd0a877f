"""What the people room refuses."""

from __future__ import annotations

from qms.kernel.errors import Refused


class BadAddress(Refused):
    """This is not an e-mail address; write it like name@organisation.com."""


class LoginTaken(Refused):
    """This e-mail address cannot be used; choose another one."""


class IdTaken(Refused):
    """This id was used before and is never given to anybody else; choose another one."""


class UnknownRole(Refused):
    """There is no such role."""


class LastAdministrator(Refused):
    """Nobody would be left to administer the organisation; name another administrator first."""


class NotActive(Refused):
    """This person is not active."""


class ActiveAlready(Refused):
    """This person is active already."""


class NoCircles(Refused):
    """It would stand above itself; choose another superior."""


class BadDelegation(Refused):
    """This delegation is not possible."""


class DelegationOver(Refused):
    """This delegation has ended already."""


class WrongPassword(Refused):
    """The present password is not right."""


class BadLink(Refused):
    """This link is no longer valid; ask for a new one."""


class WrongCode(Refused):
    """This code is not right or was used already; wait for the next one."""


class SignInRefused(Refused):
    """The address or the password is not right."""


class MustWait(Refused):
    """There were too many attempts; wait ${minutes} minutes and try again."""
