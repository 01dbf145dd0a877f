"""ReportLab building blocks for tagged, letter-headed documents; they know no feature."""
