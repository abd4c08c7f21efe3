"""Open311 GeoReport v2: the open standard by which cities take service requests."""
