"""The data migrations, one named step a module."""
