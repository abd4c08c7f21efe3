"""Systems that connect: their keys and what they called, for administrators (and auditors, who only read)."""
