"""Tables out of uploaded spreadsheets and CSV files, for every room that takes lists in."""
