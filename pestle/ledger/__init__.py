"""Double-entry quantity: entries, places, first-expiring-first-out, counts, trace. Pure."""
