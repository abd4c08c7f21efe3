"""Template libraries of the ground floor; they know no business words."""
