"""Addresses of mobile grid workers without an account, below /c/g/: short, since they stand in QR codes."""

from django.urls import URLPattern, path

from fieldwork.guests.views import public

app_name = "guests"

urlpatterns: list[URLPattern] = [
    path("", public.root, name="root"),
    path("p/<str:token>/", public.mine, name="mine"),
    path("p/<str:token>/photos/", public.upload, name="upload"),
    path("<str:token>/", public.join, name="join"),
]
