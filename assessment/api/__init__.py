"""Indicators over REST."""
