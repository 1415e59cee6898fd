"""Second stage: what was handed in, read, repaired and made clean; nothing of it is run."""
