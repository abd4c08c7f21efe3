"""REST of the analysis: what was found, for people and systems."""
