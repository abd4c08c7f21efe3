"""Addresses of policy notices below /api/v1/, the verbs among them made from the state table."""

from django.urls import URLPattern, re_path

from publicity.api.notices import (
    DEEDS,
    ConfirmView,
    EditView,
    NoticesView,
    NoticeView,
    PublicNoticesView,
    PublicNoticeView,
    verb_view,
)

NUMBER = r"(?P<number>[A-Z]{2}[0-9]{14})"

app_name = "publicity-api"
urlpatterns: list[URLPattern] = [
    re_path(r"^policies\Z", NoticesView.as_view(), name="notices"),
    re_path(rf"^policies/{NUMBER}\Z", NoticeView.as_view(), name="notice"),
    re_path(rf"^policies/{NUMBER}/edit\Z", EditView.as_view(), name="edit"),
    re_path(rf"^policies/{NUMBER}/confirm\Z", ConfirmView.as_view(), name="confirm"),
    *(re_path(rf"^policies/{NUMBER}/{name}\Z", verb_view(name), name=name) for name in DEEDS),
    re_path(r"^public-policies\Z", PublicNoticesView.as_view(), name="public-notices"),
    re_path(rf"^public-policies/{NUMBER}\Z", PublicNoticeView.as_view(), name="public-notice"),
]
