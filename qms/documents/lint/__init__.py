"""Content lint: checks of what documents say, inside one and between them.

``data`` holds what the checks look at, ``rules`` the checks, ``engine`` runs them over one
version, ``organisation`` those between documents; ``board`` keeps the findings of a whole
organisation in memory; ``services`` keeps which findings were accepted with a reason.
"""
