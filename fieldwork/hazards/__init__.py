"""Hazards (隐患): found, ordered to be rectified, proved, checked again; listed and supervised when major."""
