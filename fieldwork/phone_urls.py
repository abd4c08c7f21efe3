"""Addresses of the phone that fieldwork adds, under `/m/`."""

from django.urls import path

from fieldwork.views import outbox, phone_api, phone_devices, shell

app_name = "phone-work"

urlpatterns = [
    path("sw.js", shell.service_worker, name="service-worker"),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
    path("shell/", shell.shell_page, name="shell"),
    path("map-worker.mjs", shell.map_worker, name="map-worker"),
    path("map/", shell.map_page, name="map"),
    path("outbox/", outbox.outbox_page, name="outbox"),
    path("devices/", phone_devices.list_page, name="devices"),
    path("devices/<uuid:device_id>/call-back/", phone_devices.call_back, name="call-back"),
    path("tickets/<str:number>/arrive/", outbox.arrive_dialog, name="arrive"),
    path("tickets/<str:number>/help/", outbox.help_dialog, name="help"),
    path("api/hello", phone_api.hello, name="hello"),
    path("api/sync", phone_api.sync, name="sync"),
    path("api/photos", phone_api.photos, name="photos"),
    path("api/pack", phone_api.pack, name="pack"),
    path("api/push", phone_api.push, name="push"),
    path("api/device", phone_api.device, name="device"),
    path("api/device/recover", phone_api.recover, name="recover"),
    path("api/device/wiped", phone_api.wiped, name="wiped"),
]
