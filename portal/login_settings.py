"""Django's settings about logging in: django-allauth, sessions, second factors, sign-on of provinces, mails."""

from typing import Any

from environs import Env

from portal.environment import read_mail, read_mode, read_sign_on

env = Env()
PRODUCTION = read_mode(env) == "production"

AUTH_USER_MODEL = "facilities.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
# Links in invitations and to reset a password.
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600

# A session ends with the browser or after 12 hours; where the person chose to stay logged in, after 14 days.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
ACCOUNT_SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
# Browsers take a cookie with this prefix from this very host alone, over HTTPS.
_PREFIX = "__Host-" if PRODUCTION else ""
SESSION_COOKIE_NAME = f"{_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{_PREFIX}csrftoken"
DEVICE_COOKIE_NAME = f"{_PREFIX}device"

# Whoever sees pictures or administers logs in with a second factor; a demonstration can do without.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", True)
SECOND_FACTOR_URL = "second_factor"
MFA_ADAPTER = "portal.account.adapters.SecondFactors"
MFA_FORMS = {
    "authenticate": "portal.account.forms.CodeForm",
    "reauthenticate": "portal.account.forms.CodeAgainForm",
    "add_webauthn": "portal.account.forms.PasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Trạm Gác"
# Clocks of old phones are half a minute off.
MFA_TOTP_TOLERANCE = 1
# Addresses are entered by administrators, not claimed by whoever signs up.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_RATE_LIMITS = {"webauthn_login": "30/m/ip"}

ACCOUNT_ADAPTER = "portal.account.adapters.Accounts"
USERSESSIONS_ADAPTER = "portal.account.on_record.Sessions"
ACCOUNT_FORMS = {
    "login": "portal.account.forms.LogInForm",
    "reset_password": "portal.account.forms.ForgottenPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Trạm Gác] "
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
# Offices stand behind one address. Failed logins and codes are counted by portal.account.attempts instead: allauth
# counts them by name, which lets anybody lock a name that they know.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "",
    "reset_password": "20/h/ip,5/h/key",
}
# How many proxies of one's own stand in front: that many of the last addresses in X-Forwarded-For are believed.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", 1 if env.bool("BEHIND_TLS_PROXY", False) else 0)

SOCIALACCOUNT_ADAPTER = "portal.account.sign_on.SignOn"
SIGN_ON_PROVIDERS = read_sign_on(env)
# Those whose logins count as made with a second factor.
PROVIDERS_WITH_SECOND_FACTOR = frozenset(each["id"] for each in SIGN_ON_PROVIDERS if each["second_factor"])
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": each["id"],
                "name": each["name"],
                "client_id": each["client_id"],
                "secret": each["secret"],
                "settings": {"server_url": each["server_url"], "email_domains": each["email_domains"]},
            }
            for each in SIGN_ON_PROVIDERS
        ],
    }
}
# The way there is a link: our policy lets no form lead to another site. Nothing can be connected that a forged link
# could abuse.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = False
SOCIALACCOUNT_STORE_TOKENS = False

# Mails go to a server, or into files of a folder.
vars().update(read_mail(env, production=PRODUCTION))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", "Trạm Gác <tramgac@localhost>")
EMAIL_TIMEOUT = 10
