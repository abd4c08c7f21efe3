"""Pages of webhooks, for administrators (and auditors, who only read)."""
