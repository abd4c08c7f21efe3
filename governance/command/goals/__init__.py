"""The goal panel: coverage, function, effect and satisfaction of the net, each a defined figure with its target."""
