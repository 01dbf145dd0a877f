"""The pages of the room: signing in, the own account, persons, places, delegations."""
