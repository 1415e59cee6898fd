"""A room of learners on one machine, and the board that shows where the room is."""
