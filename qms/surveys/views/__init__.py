"""The pages of surveys: campaigns, calls, the follow-up board, reports, and the public form."""
