"""What can be done in the room of improvement; each is one act, told as one event."""
