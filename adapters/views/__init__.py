"""Pages of mappings and channels below /connections/."""
