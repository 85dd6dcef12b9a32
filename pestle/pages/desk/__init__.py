"""Pages of the desk: what has to be done by somebody."""
