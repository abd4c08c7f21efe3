"""Each person's own arrangement of the dashboard."""
