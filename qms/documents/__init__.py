"""Controlled documents: versions, approval, the master list."""
