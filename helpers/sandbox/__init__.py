"""One recipe for a place that nobody breaks out of: grading runs submissions in it, a workshop its seats."""
