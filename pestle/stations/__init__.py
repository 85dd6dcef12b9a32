"""What a worker does: one function per act, one transaction."""
