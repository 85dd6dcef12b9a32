"""Settings, urls, middleware and the `pestle` command."""
