"""Addresses of hazards on the phone, below /m/hazards/."""

from django.urls import path

from fieldwork.hazards.views import phone

app_name = "phone-hazards"

urlpatterns = [
    path("", phone.list_page, name="list"),
    path("new/", phone.new, name="new"),
    path("<str:number>/", phone.case, name="hazard"),
]
