"""The ``qms`` command: everything that an operator does without a browser."""
