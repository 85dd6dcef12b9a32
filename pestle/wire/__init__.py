"""One pure codec per format: bytes to frozen values and back. Pure."""
