"""A year of an organisation's life for the demonstration, played through the real services.

``year.yaml`` in an organisation's folder says how much of what happens: cases a day by kind and
channel, with what people say; calls; what is measured by hand. Everything is drawn from a seed, so
that the same day gives the same year, and nothing of it is mailed (channel ``demo``).
"""
