"""Words of the trade as frozen values. Pure."""
