"""The follow-up over REST."""
