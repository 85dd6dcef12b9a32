"""FHIR and JSON doors: the same calls as pages."""
