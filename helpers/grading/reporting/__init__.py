"""Fourth stage: from what ran to grades, the gradebook, tables and pages."""
