"""How work comes in: e-prescriptions, paper, telephone, refills; whose it is and when it is promised."""
