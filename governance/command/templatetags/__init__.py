"""Template libraries of the command centre."""
