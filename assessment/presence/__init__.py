"""Who uses the platforms day by day: this one counted by itself, others as they report."""
