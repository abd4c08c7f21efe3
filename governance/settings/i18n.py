"""Chinese first, English beside it; one time zone for a whole country. Every part has its own catalogue."""

from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "governance_language"
USE_I18N = True
LOCALE_PATHS = sorted(path for path in (BASE_DIR / "locale").glob("*") if path.is_dir())
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
FIRST_DAY_OF_WEEK = 1
