"""Pages of findings, actions, audits, management reviews and risks."""
