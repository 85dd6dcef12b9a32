"""One table of steps per kind of work, and the small machine that takes a step. Pure."""
