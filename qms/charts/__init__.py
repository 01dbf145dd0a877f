"""Pictures of figures: one drawing for the screen (SVG) and for paper (ReportLab)."""
