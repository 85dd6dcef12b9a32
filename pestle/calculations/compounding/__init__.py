"""Strengths, mixtures, weighing, salts and beyond-use dates. Pure."""
