"""Claims and prices: asking a payer, reading its answer, ways on from a no."""
