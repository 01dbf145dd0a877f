"""What is done in the retention of records: table, holds, transfers, eliminations."""
