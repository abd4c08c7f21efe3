"""Starts the platform on one machine with only Python: embedded PostgreSQL and Valkey, web, worker, beat.

The launcher itself imports neither Django nor the product; its children do. All it wants of the embedded
servers is a folder with `initdb` and `postgres`, and a `valkey-server` program.
"""
