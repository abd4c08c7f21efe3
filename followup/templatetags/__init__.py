"""Words of the follow-up's templates."""
