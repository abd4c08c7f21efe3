"""Callers of the API and a clean log, as the tests of the API have them."""

from tests.api.conftest import _full_buckets, hotline, police_system, sign_in, steady

__all__ = ["_full_buckets", "hotline", "police_system", "sign_in", "steady"]
