"""Addresses of the police link, below /police/."""

from django.urls import path

from police_link.views import days, desk, verbs

app_name = "police_link"

urlpatterns = [
    path("", desk.list_page, name="list"),
    path("new/", desk.new, name="new"),
    path("grants/", desk.grants_page, name="grants"),
    path("days/", days.days, name="days"),
    path("days/<str:day>/", days.day_page, name="day"),
    path("days/<str:day>/export.csv", days.export, name="day-export"),
    path("days/<str:day>/statement/", days.statement, name="statement"),
    path("hand-over/<slug:number>/", verbs.hand_over, name="hand-over"),
    path("<slug:number>/", desk.detail, name="incident"),
    path("<slug:number>/do/<slug:name>/", verbs.verb, name="verb"),
    path("<slug:number>/reveal/<slug:what>/<slug:field>/", desk.reveal, name="reveal"),
]
