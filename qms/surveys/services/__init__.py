"""What can be done with campaigns, customers and answers; each is one act, told as one event."""
