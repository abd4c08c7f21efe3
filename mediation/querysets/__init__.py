"""Chainable words about mediation. Every list and every detail starts from `visible_to`."""
