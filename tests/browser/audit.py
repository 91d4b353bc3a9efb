"""What every public page must pass, whatever it shows: axe, targets, type, no sideways scroll, no foreign host.

`problems(page)` returns sentences; an empty list means the page passed. Limits are those of DESIGN "What a page looks
like": 60 px targets, 18 px text, line height 1.3, contrast 7:1.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Rules of level AAA that ask for more than a site of lessons can promise.
AXE_OFF = ["identical-links-same-purpose"]

_TARGETS = """(least) => {
  const wanted = 'a[href],button,input:not([type=hidden]),select,textarea,summary,[role=button],[role=slider],'
    + '[role=tab],[role=switch],[tabindex]:not([tabindex="-1"])';
  const inText = (e) => e.tagName === 'A' && getComputedStyle(e).display === 'inline'
    && e.closest('p,li,dd,blockquote');
  const parked = (e) => e.matches('.skip') && document.activeElement !== e;
  return [...document.querySelectorAll(wanted)]
    .filter((e) => e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}) && !e.disabled)
    .filter((e) => !inText(e) && !parked(e) && !e.matches('main,[data-scrolls]'))
    .map((e) => {
      const boxes = [e, e.labels && e.labels[0]].filter(Boolean).map((x) => x.getBoundingClientRect());
      return {html: e.outerHTML.slice(0, 90), w: Math.max(...boxes.map((b) => b.width)),
              h: Math.max(...boxes.map((b) => b.height))};
    })
    .filter((o) => o.w < least - 0.5 || o.h < least - 0.5)
    .map((o) => `target ${Math.round(o.w)}x${Math.round(o.h)}: ${o.html}`);
}"""

_TEXT = """(least) => {
  const out = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const e = walker.currentNode.parentElement;
    if (!text || !e.checkVisibility({checkVisibilityCSS: true})) continue;
    if (e.closest('script,style,noscript,title,.visually-hidden')) continue;
    const style = getComputedStyle(e);
    const size = parseFloat(style.fontSize);
    const leading = style.lineHeight === 'normal' ? 1.2 : parseFloat(style.lineHeight) / size;
    if (size >= least - 0.05 && leading >= 1.295) continue;
    out.push(`text ${size}px/${leading.toFixed(2)}: ${text.slice(0, 24)}`);
  }
  return out;
}"""

_WIDTH = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const wide = [...document.body.querySelectorAll('*')]
    .filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1)
    .slice(0, 5).map((e) => e.outerHTML.slice(0, 80));
  return [`page is ${root.scrollWidth} wide in ${root.clientWidth}: ${wide.join(' | ')}`];
}"""

_CLIPPED = """() => [...document.querySelectorAll('h1,h2,h3,button,.btn,a')]
  .filter((e) => e.checkVisibility() && getComputedStyle(e).overflowX !== 'visible' && !e.matches('.visually-hidden'))
  .filter((e) => e.scrollWidth > e.clientWidth + 1)
  .map((e) => `clipped: ${e.outerHTML.slice(0, 80)}`)"""


def desk_violations(page: Page) -> list[str]:
    """Violations in what this house put into a page of the admin; the frame around it is Wagtail's."""
    tags = [tag for tag in AXE_TAGS if not tag.endswith("aaa")]
    return [*axe_violations(page, tags=tags, inside="main"), *getattr(page, "complaints", [])]


def axe_violations(
    page: Page, *, enhanced_contrast: bool = True, tags: list[str] = AXE_TAGS, inside: str = "html"
) -> list[str]:
    """Violations axe finds, one sentence a rule. Injected past the page's own policy, which allows only its host."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    off = AXE_OFF if enhanced_contrast else [*AXE_OFF, "color-contrast-enhanced"]
    result = page.evaluate(
        "([inside, options]) => axe.run(inside === 'html' ? document : inside, options)",
        [
            inside,
            {
                "runOnly": {"type": "tag", "values": tags},
                "rules": {rule: {"enabled": False} for rule in off},
                "resultTypes": ["violations"],
            },
        ],
    )
    return [
        f"axe {violation['id']}: {violation['help']}: "
        + " | ".join(f"{node['html'][:120]} {node['failureSummary'][:200]}" for node in violation["nodes"][:4])
        for violation in result["violations"]
    ]


def sizes(page: Page, *, target: int = 60, text: float = 18) -> list[str]:
    """Targets, text and width that break the rules of DESIGN 6. Sizes in CSS px."""
    return [
        *page.evaluate(_TARGETS, target),
        *page.evaluate(_TEXT, text),
        *page.evaluate(_WIDTH),
        *page.evaluate(_CLIPPED),
    ]


def problems(page: Page, *, target: int = 60, text: float = 18, enhanced_contrast: bool = True) -> list[str]:
    """Everything wrong with the page as it stands now, and with what it has asked for and said so far."""
    return [
        *axe_violations(page, enhanced_contrast=enhanced_contrast),
        *sizes(page, target=target, text=text),
        *foreign_requests(page),
        *getattr(page, "complaints", []),
    ]


def watch(page: Page) -> None:
    """Remember every request, and every error of script or policy, from before the first page is opened."""
    page.requested = []  # type: ignore[attr-defined]
    page.complaints = []  # type: ignore[attr-defined]
    page.on("request", lambda request: page.requested.append(request.url))  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.complaints.append(f"script: {error}"))  # type: ignore[attr-defined]
    page.on(
        "console",
        lambda message: (
            page.complaints.append(f"console: {message.text}")  # type: ignore[attr-defined]
            if message.type == "error" and "Failed to load resource" not in message.text
            else None
        ),
    )


def foreign_requests(page: Page) -> list[str]:
    """Requests of the page to a host that isn't its own."""
    own = urlsplit(page.url).netloc
    return [
        f"foreign request: {url}"
        for url in getattr(page, "requested", [])
        if not url.startswith(("blob:", "data:", "about:")) and urlsplit(url).netloc != own
    ]


def keyboard_crawl(page: Page, *, limit: int = 200) -> list[str]:
    """Tab from the top to the end. Returns what went wrong: stuck, no visible ring, covered by a fixed bar."""
    found: list[str] = []
    page.evaluate("() => { document.activeElement?.blur(); window.scrollTo(0, 0); }")
    seen: list[str] = []
    for _ in range(limit):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => {
              const e = document.activeElement;
              if (!e || e === document.body) return null;
              window.__stops = window.__stops || new Map();
              if (!window.__stops.has(e)) window.__stops.set(e, String(window.__stops.size));
              const style = getComputedStyle(e);
              const box = e.getBoundingClientRect();
              const top = document.elementFromPoint(
                Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1),
                Math.min(Math.max(box.top + Math.min(box.height, innerHeight) / 2, 1), innerHeight - 1));
              return {id: window.__stops.get(e), html: e.outerHTML.slice(0, 90),
                ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
                clear: !!top && (e.contains(top) || top.contains(e)
                  || !!(e.labels && [...e.labels].some((l) => l.contains(top))))};
            }"""
        )
        if stop is None:
            break
        if seen and stop["id"] == seen[0]:
            break
        if stop["id"] in seen:
            found.append(f"focus came back to {stop['html']}")
            break
        seen.append(stop["id"])
        if not stop["ring"]:
            found.append(f"no focus ring: {stop['html']}")
        if not stop["clear"]:
            found.append(f"covered while focused: {stop['html']}")
    else:
        found.append(f"more than {limit} stops")
    if not seen:
        found.append("nothing takes focus")
    return found
