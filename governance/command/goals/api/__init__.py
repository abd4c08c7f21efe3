"""The goal panel over REST."""
