"""Addresses of the worker's round, below /m/."""

from django.urls import path

from fieldwork.rounds import pages

app_name = "rounds"

urlpatterns = [
    path("patrols/", pages.patrols, name="patrols"),
    path("visits/", pages.visits, name="visits"),
]
for _kind in ("patrol", "visit"):
    urlpatterns += [
        path(f"{_kind}s/<int:pk>/", pages.task_page, name=_kind),
        path(f"{_kind}s/<int:pk>/do/<slug:name>/", pages.do, name=f"{_kind}-do"),
        path(f"{_kind}s/<int:pk>/objects/<int:target_id>/", pages.object_page, name=f"{_kind}-object"),
        path(f"{_kind}s/<int:pk>/findings/new/", pages.finding_page, name=f"{_kind}-finding"),
        path(f"{_kind}s/<int:pk>/track/", pages.track, name=f"{_kind}-track"),
    ]
