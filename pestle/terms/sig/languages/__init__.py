"""One phrase book per language; the file's name is the language's code."""
