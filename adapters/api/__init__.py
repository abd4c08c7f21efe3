"""Doors for systems that speak their own language: mapped documents, and messages of channels."""
