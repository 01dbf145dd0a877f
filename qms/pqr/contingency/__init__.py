"""Numbers set aside for paper while the system is out, and what becomes of each of them."""
