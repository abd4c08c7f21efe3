"""The map page: the territory in tiles, its numbers, the card of a grid, search, and the list that says the same.

Borders and names are for everybody with an appointment; numbers and people only for the reader's own area (`reach`).
"""
