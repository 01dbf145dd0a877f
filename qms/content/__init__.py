"""The tree: content, folders, the site and its organisations, stored files."""
