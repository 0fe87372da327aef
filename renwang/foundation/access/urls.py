"""Addresses of this app's pages."""

from django.urls import path

from .views import accounts, emergency, looks, second_factor, sign_in

app_name = "access"
urlpatterns = [
    path("sign-in/", sign_in.SignIn.as_view(), name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("password/", sign_in.password, name="password"),
    path("second-factor/", second_factor.show, name="second_factor"),
    path("second-factor/new/", second_factor.new, name="second_factor_new"),
    path("second-factor/recovery-codes/", second_factor.recovery_codes, name="recovery_codes"),
    path("accounts/", accounts.listed, name="accounts"),
    path("accounts/new/", accounts.new, name="account_new"),
    path("accounts/<int:user_id>/", accounts.one, name="account"),
    path("accounts/<int:user_id>/roles/", accounts.grant, name="account_grant"),
    path("accounts/<int:user_id>/password/", accounts.password, name="account_password"),
    path("accounts/<int:user_id>/second-factor/", accounts.second_factor, name="account_second_factor"),
    path("accounts/<int:user_id>/active/", accounts.active, name="account_active"),
    path("roles/<int:grant_id>/end/", accounts.end, name="grant_end"),
    path("emergency-access/", emergency.page, name="break_glass"),
    path("emergency-access/<int:break_glass_id>/acknowledge/", emergency.acknowledge, name="break_glass_acknowledge"),
    path("emergency-access/<int:break_glass_id>/mend/", emergency.mend, name="break_glass_mend"),
    path("looks/", looks.listed, name="looks"),
    path("looks/mine/", looks.mine, name="looks_mine"),
    path("looks/<int:subject_id>/", looks.at_subject, name="looks_at_subject"),
]
