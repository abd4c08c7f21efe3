"""Patrols, visits, hazards and reviewed reports as sources of occasions."""
