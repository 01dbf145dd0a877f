"""Organisation and country profiles: everything in which organisations differ, as checked data."""
