"""Tickets in from files and out to files: looked over first, masked by right, logged."""
