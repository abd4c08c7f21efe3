"""Pages and map data of the territory."""
