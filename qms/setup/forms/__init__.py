"""The forms of set-up: schemas, and the way from profile data to a form and back."""
