"""What happens to tickets, told to the systems that asked to be told: signed, in order, at least once."""
