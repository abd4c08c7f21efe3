"""Staffing over REST: rates by place, without a name of anybody."""
