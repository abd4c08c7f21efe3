"""Addresses of policy notices on the phone, below /m/policies/."""

from django.urls import path

from publicity.views import phone

app_name = "phone-policies"

urlpatterns = [
    path("", phone.list_page, name="list"),
    path("<slug:number>/", phone.detail, name="notice"),
    path("<slug:number>/confirm/", phone.confirm, name="confirm"),
]
