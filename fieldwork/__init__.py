"""Patrols, visits and hazards, and the worker's phone that also works without a line."""
