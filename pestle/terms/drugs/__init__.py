"""Words about drugs: names, substances, strengths, packages, what lists say."""
