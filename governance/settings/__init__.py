"""Settings by concern. `site` puts them together, `testing` changes what tests need."""
