"""The office's addresses. allauth finds its own by the names it gave them."""

from django.urls import path

from calla.backoffice.views import front, gallery, letters, mailbox, orders, people, sign_in, stock

urlpatterns = [
    path("office", front.front, name="office"),
    path("office/orders", orders.queue, name="office_orders"),
    path("office/orders/<uuid:order_id>", orders.detail, name="office_order"),
    path("office/orders/<uuid:order_id>/packing", orders.packing),
    path("office/orders/<uuid:order_id>/shipment", orders.shipment),
    path("office/orders/<uuid:order_id>/delivery", orders.delivery),
    path("office/orders/<uuid:order_id>/comeback", orders.comeback),
    path("office/orders/<uuid:order_id>/hold", orders.hold),
    path("office/orders/<uuid:order_id>/release", orders.release),
    path("office/orders/<uuid:order_id>/cancellation", orders.cancellation),
    path("office/orders/<uuid:order_id>/slip", orders.slip),
    path("office/stock", stock.listing, name="office_stock"),
    path("office/stock/<int:variant_id>", stock.variant, name="office_variant"),
    path("office/stock/<int:variant_id>/movements", stock.movements),
    path("office/letters", letters.undelivered, name="office_letters"),
    path("office/letters/<uuid:letter_id>/sending", letters.again),
    path("office/gallery", gallery.gallery),
    path("office/mailbox", mailbox.letters, name="office_mailbox"),
    path("office/mailbox/<str:name>", mailbox.letter),
    path("office/mailbox/<str:name>/html", mailbox.html),
    path("office/staff", people.people, name="office_people"),
    path("office/staff/<uuid:account_id>/departure", people.departure),
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
