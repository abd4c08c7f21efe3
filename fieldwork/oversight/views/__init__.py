"""Pages of supervisors: the overview, and the list behind each of its numbers."""
