"""Sign-in, sign-out, password and language."""

from django.contrib.auth import views
from django.urls import include, path

from governance.accounts.presence import SignInView

urlpatterns = [
    path("login/", SignInView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", views.LogoutView.as_view(), name="logout"),
    path("password/", views.PasswordChangeView.as_view(), name="password_change"),
    path("password/done/", views.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("i18n/", include("django.conf.urls.i18n")),
]
