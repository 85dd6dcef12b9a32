"""What is typed and looked up: the order, its directions, the patient, the product, the drug-use review."""
