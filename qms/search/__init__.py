"""Finding content: the transactional catalogue behind every list."""
