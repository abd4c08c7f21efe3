"""The yardstick of the intake: one row, one answer, nothing else."""
