"""Tickets as a source of occasions: from steps, limits, assignments and calls, as they stand."""
