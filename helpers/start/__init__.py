"""What starts the course: `python start.py`, its environment, JupyterLab and the learner's workbook."""
