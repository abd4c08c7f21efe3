"""The verbs of supervision: the only writers of the states of its rows."""
