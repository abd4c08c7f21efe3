"""Key reports, counted: whether the written first report came within its limit."""
