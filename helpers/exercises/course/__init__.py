"""What is asked: a folder for each lesson, in it a module and a TOML file for each exercise, and the questions."""
