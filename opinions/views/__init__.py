"""Pages of online opinion."""
