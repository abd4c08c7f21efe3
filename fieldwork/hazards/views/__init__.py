"""Pages of hazards: the list, one hazard with its story, the report, the verbs, the rate."""
