"""Pages of renamings."""
