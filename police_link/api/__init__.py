"""What the system of the police calls: matters, their verbs, events, statements of days."""
