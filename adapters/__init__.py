"""Other systems' fields and codes turned into ours: mappings with versions, a test bench, small translators."""
