"""Pages of the normogram: the register, one norm, its requirements, the matrix."""
