"""Units, temperatures, numerals, times, dates and identifiers. Pure."""
