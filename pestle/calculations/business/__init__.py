"""Prices, margins, payment and stock. Pure."""
