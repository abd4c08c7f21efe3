"""The command centre over REST, for people: search, open tickets on the map, the burden counter."""
