"""Mediation over REST."""
