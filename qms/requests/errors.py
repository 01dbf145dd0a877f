"""What change requests refuse."""

from __future__ import annotations

from qms.kernel.errors import Refused


class NotYoursToAsk(Refused):
    """Only leaders of processes and quality staff ask for changes here; talk to one of them."""


class NotYoursToDecide(Refused):
    """Another person decides this request; the page says who."""


class OwnRequest(Refused):
    """Somebody else decides a request of your own."""


class NotThatFar(Refused):
    """This cannot be done with a request that is ${state}."""


class ReasonMissing(Refused):
    """Say why; whoever asked reads it."""


class WhatIsMissing(Refused):
    """Say what has to change and why."""


class NothingInForce(Refused):
    """This document has no version in force, so there is nothing to take out of service."""


class AnotherVersion(Refused):
    """Another version is in force by now; whoever asked withdraws this request and asks again."""


class AskedAlready(Refused):
    """The retirement of this document is asked for already, in ${number}."""
