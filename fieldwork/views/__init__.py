"""Pages and answers of fieldwork."""
