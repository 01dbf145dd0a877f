"""Verbs of renaming: plan, look, confirm, write the drafts, send them, sign them together."""
