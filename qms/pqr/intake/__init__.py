"""Cases that come by e-mail: read within limits, judged, registered, or kept for a clerk."""
