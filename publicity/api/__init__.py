"""Policy notices over REST."""
