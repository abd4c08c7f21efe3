"""Template words of the people of the grids."""
