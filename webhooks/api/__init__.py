"""A client's own endpoints over REST."""
