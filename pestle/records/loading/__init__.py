"""Files into tables: the drug directory, prices and lists of the folder data/."""
