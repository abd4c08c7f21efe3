"""Pages of knowledge."""
