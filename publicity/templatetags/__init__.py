"""Words for the templates of policy notices."""
