"""A twin of each partner: a program of its own that speaks the real format over a real socket, for practice."""
