"""Pharmacy mathematics: decimals in, worked answers out. Pure."""
