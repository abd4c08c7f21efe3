"""Apps, middleware and templates."""

from governance.settings.environment import env
from governance.settings.i18n import BASE_DIR

DEBUG = env.flag("DEBUG", False)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "guardian",
    "governance.accounts.guard.SignInGuardConfig",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
    "governance.foundation",
    "governance.accounts",
    "governance.audit",
    "governance.exchange",
    "grids",
    "staffing",
    "registers",
    "mandates",
    "incidents",
    "consultation",
    "supervision",
    "followup",
    "publicity",
    "opinions",
    "knowledge",
    "webhooks",
    "open311",
    "adapters",
    "police_link",
    "fieldwork",
    "mediation",
    "key_reports",
    "assessment",
    "analysis",
    "bulletins",
    "exports",
    "governance.command",
]

MIDDLEWARE = [
    "governance.foundation.middleware.RequestIdMiddleware",
    "governance.exchange.middleware.ExchangeLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "governance.middleware.PermissionsPolicyMiddleware",
    "governance.middleware.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "governance.foundation.bodies.BodyLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "governance.accounts.middleware.IdleTimeoutMiddleware",
    "fieldwork.devices.middleware.TrustedDeviceMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

# Our own `{% load i18n %}` takes the place of Django's on purpose (see its module).
SILENCED_SYSTEM_CHECKS = ["templates.W003"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "governance.command.navigation.navigation",
            ],
            "builtins": ["governance.foundation.templatetags.addresses"],
        },
    }
]

ROOT_URLCONF = "governance.urls"
ASGI_APPLICATION = "governance.asgi.application"
WSGI_APPLICATION = "governance.wsgi.application"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
