"""The wall: a dark screen of the command centre that tells at ten metres how the day goes, day and night, for nobody in
particular: no names, no lists, nothing sensitive.
"""
