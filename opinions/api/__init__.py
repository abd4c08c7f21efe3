"""Online opinions over REST."""
