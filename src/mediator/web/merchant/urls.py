"""A merchant's desk."""

from __future__ import annotations

from django.urls import path, re_path

from mediator.web.merchant import account, bulk, deal, desk, lists, money, prints, products, settings, sheet_pages

urlpatterns = [
    path("merchant", desk.desk, name="merchant"),
    path("merchant/open", desk.open_shop, name="open-shop"),
    path("merchant/switch", desk.switch, name="merchant-switch"),
    path("merchant/deals", lists.deals, name="merchant-deals"),
    path("merchant/deals/pack", bulk.pack, name="merchant-pack"),
    path("merchant/deals/ship", bulk.ship, name="merchant-ship"),
    path("merchant/deals/result", bulk.result, name="merchant-bulk-result"),
    path("merchant/deals/labels", prints.labels, name="merchant-labels"),
    path("merchant/deals/slips", prints.slips, name="merchant-slips"),
    path("merchant/deals/<uuid:deal>", deal.deal, name="merchant-deal"),
    path("merchant/deals/<uuid:deal>/do/<slug:command>", deal.do, name="merchant-deal-do"),
    path("merchant/deals/<uuid:deal>/compared", deal.compared, name="merchant-deal-compared"),
    path("merchant/deals/<uuid:deal>/photo/<str:digest>", deal.photo, name="merchant-deal-photo"),
    path("merchant/money", money.money, name="merchant-money"),
    path("merchant/money/statement", money.statement, name="merchant-statement"),
    re_path(r"^merchant/money/statement\.(?P<kind>csv|xlsx)$", money.statement_file, name="merchant-statement-file"),
    path("merchant/account", account.account, name="merchant-account"),
    path("merchant/account/new", account.new, name="merchant-account-new"),
    path("merchant/account/<uuid:account>/withdraw", account.withdraw, name="merchant-account-withdraw"),
    path("merchant/products", products.listed, name="merchant-products"),
    path("merchant/products/new", products.new, name="merchant-product-new"),
    path("merchant/products/status", products.set_status, name="merchant-products-status"),
    path("merchant/products/import", sheet_pages.upload, name="merchant-import-new"),
    path("merchant/products/import/<uuid:key>", sheet_pages.dry_run, name="merchant-import"),
    path("merchant/products/import/<uuid:key>/apply", sheet_pages.apply, name="merchant-import-apply"),
    path("merchant/products/import/<uuid:key>/report", sheet_pages.report, name="merchant-import-report"),
    re_path(r"^merchant/products/export\.(?P<kind>csv|xlsx)$", sheet_pages.export, name="merchant-export"),
    re_path(r"^merchant/products/template\.(?P<kind>csv|xlsx)$", sheet_pages.template, name="merchant-template"),
    path("merchant/products/<uuid:listing>", products.edit, name="merchant-product"),
    path("merchant/products/<uuid:listing>/photo/<str:digest>", products.photo, name="merchant-product-photo"),
    path("merchant/settings", settings.settings, name="merchant-settings"),
    path("merchant/settings/members", settings.add_member, name="merchant-members"),
    path("merchant/settings/members/<uuid:person>/remove", settings.remove_member, name="merchant-member-remove"),
]
