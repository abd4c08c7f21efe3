"""Files in and out over REST, for systems."""
