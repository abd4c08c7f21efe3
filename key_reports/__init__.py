"""Important urgent information: reported by clocks, read, relayed, followed to its end; and who answers for it."""
