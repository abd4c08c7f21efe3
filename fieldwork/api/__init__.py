"""Fieldwork over REST: patrols and visits, hazards, flights of drones."""
