"""Key reports and accountability over REST."""
