"""The pages of controlled documents, one module a context."""
