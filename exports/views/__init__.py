"""Pages of exports, imports and open data."""
