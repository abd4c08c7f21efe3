"""Pages of policy notices."""
