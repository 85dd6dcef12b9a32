"""What a recall notice says of lots, and whether a lot here is meant."""
