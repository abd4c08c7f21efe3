"""Disputes from registration to a kept agreement."""
