"""Words for the templates of the phone."""
