"""Taking over tickets from an earlier system, with what is known of them and nothing more."""
