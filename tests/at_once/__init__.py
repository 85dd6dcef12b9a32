"""Every act of the house, done by two at the same instant."""
