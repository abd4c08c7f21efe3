"""Pages of key reports."""
