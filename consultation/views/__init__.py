"""Pages of whistle calls, consultations and meetings."""
