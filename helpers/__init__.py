"""The one package that the notebooks of *Gradient Descent by Experiment* import.

Its rooms lie on floors, and a room imports only from floors below it:

1. surfaces, losses, estimates, autodiff, optimizers, schedules, data: NumPy only
2. descent: runs a rule on a gradient
3. pictures: matplotlib
4. stage: the live widget; exercises: what is asked and how it is checked; frameworks: one descent in many systems
5. experiments: the pictures and live experiments of each lesson
6. release, workbook, grading and the commands: for authors and teachers, never for a lesson
"""
