"""Contribution of grid workers as the pay office wants it: figures, points, and the local wage to compare with."""
