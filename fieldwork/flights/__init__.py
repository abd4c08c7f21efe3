"""Flights of drones over the city: who flew where and when, and which tickets came of it."""
