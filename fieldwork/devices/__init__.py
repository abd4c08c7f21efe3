"""Trusted phones: a sign-in that lasts, calling a phone back, opening its store for a forgotten PIN."""
