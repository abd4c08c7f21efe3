"""Template libraries of the adapters."""
