"""The pure rules of the house: acts, codes, versions, calendars; no web and no database."""
