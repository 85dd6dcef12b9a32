"""One function per legal, standard, payer or safety rule, with its citation. Pure."""
