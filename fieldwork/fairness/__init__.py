"""Fairness to the base: no task that no access item covers, and how much each line sends there already."""
