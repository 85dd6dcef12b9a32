"""Bags, will-call, the register, and what goes back."""
