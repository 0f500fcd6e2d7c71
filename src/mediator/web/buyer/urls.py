"""One deal, for its buyer."""

from __future__ import annotations

urlpatterns = []
