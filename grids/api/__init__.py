"""The territory over REST: regions, grids, which grid holds a point, overlays. Read only; revalidated by ETag."""
