"""The pages of cases: the register, one case, and what customers see."""
