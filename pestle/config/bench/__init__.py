"""Measures what Pestle promises to be: every figure beside its floor, measured in the same run on the same machine."""
