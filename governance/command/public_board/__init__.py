"""Figures of the city for everybody: off until somebody switches them on."""
