"""Web push to trusted phones, where the site has keys for it."""
