"""Pages of the registers: household by household, masked by default."""
