"""Doses by weight, surface area and kidney function. Pure."""
