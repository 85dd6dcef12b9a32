"""Tables: Django models, constraints, querysets, and row to facts."""
