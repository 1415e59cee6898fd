"""First stage: from solutions to an assignment with hidden tests."""
