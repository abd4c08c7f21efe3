"""Pages of the people of the grids. Every list and detail starts from what the reader may see."""
