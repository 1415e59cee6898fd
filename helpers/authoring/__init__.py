"""What authors use: releasing, executing and testing the course."""
