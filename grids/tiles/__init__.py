"""Vector tiles of our own: regions, grids, overlays and micro grids as Mapbox Vector Tiles (version 2.1).

`layers` holds what is drawn, `sheets` keeps it as flat whole numbers, `cutting` takes one tile out of a sheet,
`encoding` writes it down, `store` keeps the packed bytes. Tiles hold no personal data.
"""
