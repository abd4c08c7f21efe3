"""Pages of the follow-up: the desk's, and those of citizens."""
