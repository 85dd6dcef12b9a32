"""Rates, drips and parenteral nutrition. Pure."""
