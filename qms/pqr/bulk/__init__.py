"""Cases that come as a list: examined first, then registered some rows at a time."""
