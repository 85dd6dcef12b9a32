"""Tapers, split tablets, refills and packages. Pure."""
