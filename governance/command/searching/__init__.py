"""One box over everything: tickets by a small language of filters, and whoever and whatever is found by its name.

Each finder starts from what the reader may see. What the language asks for is the filter of the ticket list, so the
two always show the same tickets.
"""
