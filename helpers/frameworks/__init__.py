"""One descent in many systems: a small file for each (`by_*.py`), the problem, and the paths that were recorded."""
