"""What comes in from outside, each test with a pharmacy of its own: files, e-prescriptions."""
