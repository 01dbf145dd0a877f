"""The pages of set-up."""
