"""How statements reach PostgreSQL where the way matters."""
