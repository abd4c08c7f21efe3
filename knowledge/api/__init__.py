"""Knowledge over REST."""
