"""Mediation as a source of occasions."""
