"""The board: for each exercise how many have it, try it and have not begun, and the mistakes that the room makes."""
