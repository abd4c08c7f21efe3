"""The platform's addresses and the yardstick's."""

from django.urls import include, path

from benchmarks.bare.views import BareView
from governance.urls import handler500 as handler500

urlpatterns = [path("bare", BareView.as_view()), path("", include("governance.urls"))]
