"""The office's addresses. allauth finds its own by the names it gave them."""

from django.urls import path

from calla.backoffice.views import sign_in

urlpatterns = [
    path("office/login", sign_in.Login.as_view(), name="account_login"),
    path("office/logout", sign_in.Logout.as_view(), name="account_logout"),
    path("office/reauthentication", sign_in.Reauthenticate.as_view(), name="account_reauthenticate"),
    path("office/reauthentication/code", sign_in.ReauthenticateByCode.as_view(), name="mfa_reauthenticate"),
    path("office/password", sign_in.Password.as_view(), name="account_change_password"),
    path("office/security", sign_in.security, name="mfa_index"),
    path("office/security/other-sessions", sign_in.other_sessions, name="office_other_sessions"),
    path("office/second-factor", sign_in.Authenticate.as_view(), name="mfa_authenticate"),
    path("office/second-factor/set-up", sign_in.SetUp.as_view(), name="mfa_activate_totp"),
    path("office/second-factor/picture", sign_in.picture, name="office_picture"),
    path("office/second-factor/removal", sign_in.Remove.as_view(), name="mfa_deactivate_totp"),
    path("office/recovery-codes", sign_in.Codes.as_view(), name="mfa_view_recovery_codes"),
    path("office/recovery-codes/new", sign_in.NewCodes.as_view(), name="mfa_generate_recovery_codes"),
]
