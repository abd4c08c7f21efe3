"""Addresses of public notices for residents, below /c/notices/."""

from django.urls import path

from publicity.views import public

app_name = "public-notices"

urlpatterns = [
    path("", public.list_page, name="list"),
    path("<slug:number>/", public.detail, name="notice"),
    path("<slug:number>/file/", public.attachment, name="file"),
]
