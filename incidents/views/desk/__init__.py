"""The desks where people work: the dispatcher's, the unit's, the leader's; changes of many tickets, filters by name."""
