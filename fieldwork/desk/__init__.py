"""Desk pages of patrols and visits: tasks, campaigns, the review queue, and tasks put by hand."""
