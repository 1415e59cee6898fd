"""Third stage: each submission run in a sandbox, many at once."""
