// What axe-core checks too, for the parts of the page that are seen: a list of faults in words.
() => {
  const faults = [];
  const all = [...document.querySelectorAll("body *")];
  const seen = (element) => element.checkVisibility({ visibilityProperty: true });
  const visible = all.filter(seen);
  const named = (element) => `${element.localName}#${element.id}.${element.className}`;
  const fault = (element, text) => faults.push(`${named(element)}: ${text}`);

  if (!document.documentElement.lang) faults.push("no language");
  if (!document.title) faults.push("no title");
  const viewport = document.querySelector("meta[name=viewport]").content;
  if (/user-scalable|maximum-scale/.test(viewport)) faults.push("zooming is switched off");

  // Landmarks and headings
  const modal = document.querySelector("dialog:modal");
  for (const [selector, count] of [["main", 1], ["h1", 1], ["body > header", 1], ["body > footer", 1]]) {
    const found = document.querySelectorAll(selector).length;
    if (found !== count) faults.push(`${found} x ${selector}`);
  }
  let level = 0;
  for (const heading of visible.filter((each) => /^h[1-6]$/.test(each.localName) && !each.closest("dialog"))) {
    const next = Number(heading.localName[1]);
    if (next > level + 1) fault(heading, `heading ${next} after ${level}`);
    if (!heading.textContent.trim()) fault(heading, "empty heading");
    level = next;
  }

  // Identifiers and references
  const ids = all.map((each) => each.id).filter(Boolean);
  for (const id of ids.filter((each, index) => ids.indexOf(each) !== index)) faults.push(`id ${id} twice`);
  const roles = ["group", "status", "textbox"];
  for (const element of all) {
    for (const name of ["aria-labelledby", "aria-describedby", "aria-controls", "for"]) {
      for (const id of (element.getAttribute(name) ?? "").split(/\s+/).filter(Boolean)) {
        if (!ids.includes(id)) fault(element, `${name} names ${id}, which is missing`);
      }
    }
    const role = element.getAttribute("role");
    if (role !== null && !roles.includes(role)) fault(element, `role ${role}`);
    if (element.tabIndex > 0) fault(element, "a tabindex above 0");
    if (element.localName === "img" && !element.hasAttribute("alt")) fault(element, "no alt");
    if (element.matches("li") && !element.parentElement.matches("ul, ol")) fault(element, "not in a list");
    const controls = "a[href], button, input, select, textarea";
    if (element.matches(controls) && element.parentElement.closest(controls)) fault(element, "nested control");
    if (element.matches("button[aria-label]")) { // 2.5.3: who speaks to the browser says what is seen
      const parts = [...element.childNodes].filter((node) => !node.ariaHidden).map((node) => node.textContent);
      const words = parts.join(" ").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
      if (!words.every((word) => element.ariaLabel.toLowerCase().includes(word))) fault(element, "named otherwise");
    }
    const hidden = element.closest("[aria-hidden=true]");
    if (hidden && (element.matches(controls) || element.tabIndex >= 0)) fault(element, "hidden, but focusable");
  }

  // Colours: WCAG 2.2 contrast 1.4.3 (text) and 1.4.11 (borders of controls)
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], [R, G, B]) => [r, g, b].map((value, i) => a * value + (1 - a) * [R, G, B][i]);
  const background = (element) => {
    if (!element) return rgba(getComputedStyle(document.documentElement).backgroundColor).slice(0, 3);
    const own = rgba(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own.slice(0, 3) : over(own, background(element.parentElement));
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((v) => (v / 255 <= 0.04045 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  for (const element of visible) {
    const style = getComputedStyle(element);
    const words = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (words && !element.closest(".visually-hidden, option")) {
      const behind = background(element);
      const ratio = contrast(over(rgba(style.color), behind), behind);
      const size = Number.parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (ratio < (large ? 3 : 4.5)) fault(element, `contrast ${ratio.toFixed(2)} of text`);
    }
    const bordered = element.matches("button:not(.number, .box, .primary), select, input:not([type=radio])");
    if (bordered) {
      const ratio = contrast(rgba(style.borderTopColor).slice(0, 3), background(element.parentElement));
      if (ratio < 3) fault(element, `contrast ${ratio.toFixed(2)} of the border`);
    }
  }

  // Size of targets (2.5.8); a box's equal is the number of its line
  for (const element of visible.filter((each) => each.matches("button:not(.box), select, input, label:has(input)"))) {
    const target = element.closest("label") ?? element;
    const { width, height } = target.getBoundingClientRect();
    if (Math.min(width, height) < 24) fault(element, `target of ${width} x ${height}`);
  }
  if (document.documentElement.scrollWidth > innerWidth) faults.push("wider than the window");
  if (modal && !modal.contains(document.activeElement)) faults.push("focus outside of the dialog");
  return faults;
}
