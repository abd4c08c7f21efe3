"""The live picture: what the dashboard and the wall show, counted once for all who see the same, and pushed to them."""
