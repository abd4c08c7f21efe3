"""The papers of a case. What a paper says comes from rows and from forms kept as data; a paper is built once as
blocks and set twice: as PDF to be signed and sealed, and as Word for whoever has to change it by hand.
"""
