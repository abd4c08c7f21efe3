"""The planner: from rules, campaigns and hot spots to tasks, for everybody at once."""

from fieldwork.planning.running import Planned, plan_campaign, plan_day

__all__ = ["Planned", "plan_campaign", "plan_day"]
