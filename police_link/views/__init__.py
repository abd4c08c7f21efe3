"""Pages of the police link."""
