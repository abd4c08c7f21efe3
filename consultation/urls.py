"""Addresses of the pages about whistle calls, consultations and meetings."""

from django.urls import path

from consultation.views import calls, conferring, meetings, pickers, series, statistics, verbs

app_name = "consultation"

urlpatterns = [
    path("", calls.list_page, name="calls"),
    path("calls/new/", calls.new, name="call-new"),
    path("calls/<slug:number>/", calls.detail, name="call"),
    path("calls/<slug:number>/do/<slug:name>/", verbs.call_verb, name="call-verb"),
    path("calls/<slug:number>/lines/<int:pk>/do/<slug:name>/", verbs.line_verb, name="line-verb"),
    path("photos/<uuid:key>/", calls.photo, name="photo"),
    path("statistics/", statistics.page, name="statistics"),
    path("statistics/export/", statistics.export, name="statistics-export"),
    path("consultations/", conferring.list_page, name="consultations"),
    path("consultations/<slug:number>/", conferring.detail, name="consultation"),
    path("consultations/<slug:number>/do/<slug:name>/", verbs.consultation_verb, name="consultation-verb"),
    path("tickets/<slug:number>/convene/", conferring.convene, name="convene"),
    path("meetings/", meetings.list_page, name="meetings"),
    path("meetings/new/", meetings.new, name="meeting-new"),
    path("meetings/items/", meetings.items_page, name="items"),
    path("meetings/items/<int:pk>/done/", meetings.finish, name="item-done"),
    path("meetings/series/", series.list_page, name="series"),
    path("meetings/series/new/", series.new, name="series-new"),
    path("meetings/series/<int:pk>/", series.edit, name="series-edit"),
    path("meetings/<slug:number>/", meetings.detail, name="meeting"),
    path("meetings/<slug:number>/change/", meetings.change, name="meeting-change"),
    path("meetings/<slug:number>/minutes/", meetings.minutes, name="meeting-minutes"),
    path("meetings/<slug:number>/print/", meetings.printed, name="meeting-print"),
    path("meetings/<slug:number>/sign-in/", meetings.sign_in, name="meeting-sign-in"),
    path("meetings/<slug:number>/do/<slug:name>/", verbs.meeting_verb, name="meeting-verb"),
    path("pick/departments/", pickers.departments, name="pick-departments"),
    path("pick/people/", pickers.people, name="pick-people"),
]
