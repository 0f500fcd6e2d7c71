"""A visitor's browser: a page that asserts, while it is used, what must hold on every page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.utils.translation import gettext, override
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, Route

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 800}, "is_mobile": True, "has_touch": True}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
MOST_BYTES = 150_000
"""What a first view may weigh, as it comes over the wire."""

_AXE = Axe()
_CHECKED: set[tuple[str, str]] = set()
"""Pages, by name and device, that axe has seen in this run: what is on several walks is looked at once."""

_RULES = {
    "light": {"resultTypes": ["violations"]},
    # All that the colours of the dark scheme can spoil; the rest is as in the light.
    "dark": {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast"]}},
}


def said(msgid: str) -> str:
    """Words of a page as an Indonesian reader sees them."""
    with override("id"):
        return gettext(msgid)


class Visitor:
    """One browser window. ``close`` fails the test if anything went wrong on the way that a person would not see."""

    def __init__(self, browser: Browser, address: str, *, device: dict[str, Any], scripts: bool = True) -> None:
        self.address = address
        self.device = "phone" if device is PHONE else "desktop"
        self.context: BrowserContext = browser.new_context(java_script_enabled=scripts, locale="id-ID", **device)
        self.context.set_default_timeout(20_000)
        # The first page of a run waits for the server's imports, on a machine that may be busy with other tests.
        self.context.set_default_navigation_timeout(60_000)
        self.scripts = scripts
        self.faults: list[str] = []
        self.offsite: list[str] = []
        self.bytes = 0
        self.context.route("**/*", self._stay)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: self._hear(message.type, message.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("response", self._weigh)

    # going

    def goto(self, path: str) -> Response:
        """Open an address of ours; its answer."""
        answer = self.page.goto(path if path.startswith("http") else self.address + path)
        assert answer is not None
        return answer

    def press(self, msgid: str, *, within: Locator | None = None) -> None:
        """Press the button or follow the link with these words."""
        self.control(msgid, within=within).click()
        self.page.wait_for_load_state()

    def control(self, msgid: str, *, within: Locator | None = None) -> Locator:
        """The first visible button or link with these words (of the English source)."""
        words = said(msgid)
        place = within or self.page.locator("main")
        found = place.get_by_role("button", name=words).or_(place.get_by_role("link", name=words))
        return found.locator("visible=true").first

    def choose(self, command: str) -> None:
        """Follow the button to the page where that command is confirmed."""
        self.page.locator(f'main a[href$="/do/{command}"]').first.click()
        self.page.wait_for_load_state()

    def send(self) -> None:
        """Press the form's own button: the first one that is not a second choice."""
        buttons = self.page.locator('main form[method="post"] button:not(.second):not(.plain):not([hidden])')
        buttons.locator("visible=true").first.click()
        self.page.wait_for_load_state()

    def fill(self, **values: str) -> None:
        """Fill fields by their names."""
        for name, value in values.items():
            field = self.page.locator(f'main [name="{name}"]:visible').first
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def tick(self, name: str, value: str = "") -> None:
        """Tick a box or choose an option."""
        ending = f'[value="{value}"]' if value else ""
        self.page.locator(f'main [name="{name}"]{ending}').first.check()

    def attach(self, name: str, *files: bytes) -> None:
        """Choose photographs."""
        payloads = [{"name": f"foto{n}.jpg", "mimeType": "image/jpeg", "buffer": data} for n, data in enumerate(files)]
        self.page.locator(f'main [name="{name}"][type="file"]').first.set_input_files(payloads)  # type: ignore[arg-type]

    def text(self) -> str:
        """What the page says."""
        return self.page.locator("main").inner_text()

    def says(self, *msgids: str) -> bool:
        return all(said(msgid) in self.text() for msgid in msgids)

    # looking

    def look(self, name: str, *, first_view: bool = False) -> None:
        """Check the page as it stands: nothing sticks out at its side, axe finds nothing serious in light and dark,
        and (``first_view``) it was light enough."""
        self.page.wait_for_load_state("load")
        width = self.page.viewport_size
        assert width is not None
        wide = self.page.evaluate("document.scrollingElement.scrollWidth")
        assert wide <= width["width"], (
            f"{name} is {wide} px wide on a screen of {width['width']}: {self._widest(width['width'])}"
        )
        if first_view:
            assert self.bytes < MOST_BYTES, f"{name} weighs {self.bytes:,} bytes"
        if self.scripts and (name, self.device) not in _CHECKED:
            _CHECKED.add((name, self.device))
            for scheme, rules in _RULES.items():
                self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                found = _AXE.run(self.page, options=rules).response["violations"]
                assert not (bad := list(_serious(found))), f"{name} ({scheme}): " + "; ".join(bad)
            self.page.emulate_media(color_scheme="light")

    def fresh(self) -> None:
        """Begin to weigh anew."""
        self.bytes = 0

    def close(self) -> None:
        self.context.close()
        assert not self.offsite, f"Asked another host for {self.offsite}"
        assert not self.faults, f"The browser complains: {self.faults}"

    def _widest(self, width: int) -> str:
        script = """w => {
            return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > w + 1)
                .slice(0, 3).map(e => e.outerHTML.slice(0, 160)).join(' | ') }"""
        return str(self.page.evaluate(script, width))

    def _stay(self, route: Route) -> None:
        address = route.request.url
        if address.startswith((self.address, "data:", "blob:")):
            route.continue_()
        else:
            self.offsite.append(address)
            route.abort()

    def _hear(self, kind: str, text: str) -> None:
        # A page that is refused on purpose (404, 422, 403) is not a fault of the page.
        if kind == "error" and "the server responded with a status of 4" not in text:
            self.faults.append(text)

    def _weigh(self, response: Response) -> None:
        if response.url.startswith("http") and 200 <= response.status < 300:
            self.bytes += int(response.headers.get("content-length", "0"))


def _serious(violations: Iterable[dict[str, Any]]) -> Iterable[str]:
    for violation in violations:
        if violation["impact"] in ("serious", "critical"):
            nodes = ", ".join(node["html"][:140] for node in violation["nodes"][:3])
            yield f"{violation['id']}: {violation['help']} [{nodes}]"
