"""Addresses of staffing below /api/v1/."""

from django.urls import URLPattern, re_path

from staffing.api.rates import StaffingView

app_name = "staffing-api"
urlpatterns: list[URLPattern] = [re_path(r"^staffing\Z", StaffingView.as_view(), name="staffing")]
