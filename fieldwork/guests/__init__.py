"""Couriers, drivers and volunteers as mobile grid workers (流动网格员): a link instead of an account."""
