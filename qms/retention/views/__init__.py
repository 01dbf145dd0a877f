"""The pages of retention: table, records, holds, transfers, eliminations."""
