"""A whole organisation as one archive of open formats, and back: the same hashes on both sides."""
