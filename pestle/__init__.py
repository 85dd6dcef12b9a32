"""Pestle: the open workplace of a pharmacy technician."""
