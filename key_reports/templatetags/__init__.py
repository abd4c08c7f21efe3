"""Template tags of key reports."""
