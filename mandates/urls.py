"""Addresses of the pages about duty lists, access applications and delegated powers."""

from django.urls import path, re_path

from mandates.views import access, lists, powers, publishing, verbs

app_name = "mandates"

urlpatterns = [
    path("", lists.list_page, name="lists"),
    path("items/", lists.items, name="items"),
    path("import/", publishing.import_page, name="import"),
    path("lists/<int:pk>/", lists.edition, name="edition"),
    re_path(r"^lists/(?P<pk>[0-9]{1,18})\.(?P<kind>xlsx|csv)\Z", lists.export, name="export"),
    path("access/", access.list_page, name="access-list"),
    path("access/new/", access.new, name="access-new"),
    path("access/<slug:number>/", access.detail, name="access"),
    path("access/<slug:number>/edit/", access.edit, name="access-edit"),
    path("access/<slug:number>/do/<slug:name>/", verbs.access_verb, name="access-verb"),
    path("powers/", powers.list_page, name="powers"),
    path("powers/new/", powers.new, name="power-new"),
    path("powers/<slug:number>/", powers.detail, name="power"),
    path("powers/<slug:number>/do/<slug:name>/", verbs.power_verb, name="power-verb"),
]
