"""Logging in and one's own account: of allauth's pages these, and no other. Its names stay, as it looks them up."""

from allauth.account.views import PasswordResetDoneView, PasswordResetView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.views import LoginWebAuthnView
from allauth.socialaccount.providers.openid_connect import views as sign_on
from django.urls import path, re_path

from portal.views import account, session

ONLY_FORMS = ["get", "head", "post"]

urlpatterns = [
    path("login/", session.LogIn.as_view(), name="account_login"),
    path("logout/", session.LogOut.as_view(), name="account_logout"),
    path("login/code/", AuthenticateView.as_view(http_method_names=ONLY_FORMS), name="mfa_authenticate"),
    path("login/passkey/", LoginWebAuthnView.as_view(http_method_names=ONLY_FORMS), name="mfa_login_webauthn"),
    path("login/forgotten/", PasswordResetView.as_view(http_method_names=ONLY_FORMS), name="account_reset_password"),
    path("login/forgotten/sent/", PasswordResetDoneView.as_view(), name="account_reset_password_done"),
    re_path(
        r"^login/password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        session.SetPassword.as_view(),
        name="account_reset_password_from_key",
    ),
    path("login/sign-on/cancelled/", session.SignOnCancelled.as_view(), name="socialaccount_login_cancelled"),
    path("login/sign-on/<slug:provider_id>/", sign_on.login, name="openid_connect_login"),
    path("login/sign-on/<slug:provider_id>/back/", sign_on.callback, name="openid_connect_callback"),
    path("account/", account.Account.as_view(), name="account"),
    path("account/password/", account.ChangePassword.as_view(), name="account_change_password"),
    path("account/again/", account.Reauthenticate.as_view(), name="account_reauthenticate"),
    path("account/again/code/", account.ReauthenticateWithCode.as_view(), name="mfa_reauthenticate"),
    path("account/again/passkey/", account.ReauthenticateWithPasskey.as_view(), name="mfa_reauthenticate_webauthn"),
    path("account/second-factor/", account.SecondFactor.as_view(), name="second_factor"),
    path("account/app/", account.SetUpApp.as_view(), name="mfa_activate_totp"),
    path("account/app/remove/", account.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("account/passkeys/add/", account.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/remove/", account.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("account/recovery-codes/", account.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("account/recovery-codes/new/", account.NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
    path(
        "account/recovery-codes/download/", account.DownloadRecoveryCodes.as_view(), name="mfa_download_recovery_codes"
    ),
    path("account/sessions/", account.Sessions.as_view(), name="usersessions_list"),
    path("account/sessions/end/", account.EndSession.as_view(), name="session_end"),
]
