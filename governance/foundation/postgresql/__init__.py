"""Django's PostgreSQL backend with times read by compiled code."""
