"""What can be done with indicators."""
