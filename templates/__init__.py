"""The page templates, a package so that asset specs work in wheel and editable installs alike."""
