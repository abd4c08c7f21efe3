"""The ground floor: clock, working calendar, state machine, errors, numbers; it has no words of the field."""
