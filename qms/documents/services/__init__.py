"""The verbs of controlled documents; each takes content and an act, and ends in an event."""
