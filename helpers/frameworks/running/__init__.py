"""Installs the systems, each in an environment of its own, and runs them."""
