"""Base data of the grids (底数): households, residents, key places and key people, masked by default."""
