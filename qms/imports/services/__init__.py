"""Verbs of the import: receive a list, choose, look, begin, carry on."""
