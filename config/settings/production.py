"""Behind nginx with TLS: deploy/nginx.conf. Refuses to start without a key and the hosts it answers for."""

from config.settings.base import *  # noqa: F403
from config.settings.base import env

SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CACHES = {"default": env.cache("CACHE_URL")}
STAFF_MFA_REQUIRED = env.bool("STAFF_MFA_REQUIRED", default=True)
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=1)
MEDIA_SERVER = env.str("MEDIA_SERVER", default="nginx")

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_HSTS_SECONDS = 365 * 24 * 3600
