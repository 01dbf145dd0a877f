"""Persons, positions, units, delegations; signing in, sessions and who a request comes from."""

from __future__ import annotations
