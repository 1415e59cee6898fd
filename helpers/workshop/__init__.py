"""A workshop: one command starts a room, with a seat for everyone in it that nobody else can reach."""
