"""The writers of the registers: one transaction each, lock, rule, version, row, journal."""
