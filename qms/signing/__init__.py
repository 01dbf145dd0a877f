"""Signatures end to end, over bytes: authority and keys, PAdES, time stamps, verification."""
