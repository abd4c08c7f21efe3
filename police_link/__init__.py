"""Matters that the police hand over and hand back: offered, decided, followed, reconciled by day."""
