"""Addresses for those who invite, below /fieldwork/guests/."""

from django.urls import URLPattern, path

from fieldwork.guests.views import desk

urlpatterns: list[URLPattern] = [
    path("", desk.list_page, name="guests"),
    path("new/", desk.new, name="guest-new"),
    path("<int:pk>/", desk.detail, name="guest"),
    path("<int:pk>/poster/", desk.poster, name="guest-poster"),
    path("<int:pk>/revoke/", desk.revoke, name="guest-revoke"),
    path("<int:pk>/passes/<int:pass_id>/revoke/", desk.revoke_pass, name="guest-pass-revoke"),
]
