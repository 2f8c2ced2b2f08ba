// Texts that stand on top of each other, one line each: every line box of every visible text against the others.
() => {
  const SLACK = 1.5; // pixels that rounding may cost

  const layerOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      if (["fixed", "sticky"].includes(getComputedStyle(at).position)) return at;
      if (at.matches("dialog[open], [popover]:popover-open")) return at;
    }
    return document.documentElement;
  };

  const clipped = (rect, element) => {
    let { left, top, right, bottom } = rect;
    for (let at = element; at && at !== document.documentElement; at = at.parentElement) {
      const style = getComputedStyle(at);
      const clips = style.overflowX !== "visible" || style.overflowY !== "visible";
      if (clips || style.clipPath !== "none" || style.clip !== "auto") {
        const box = at.getBoundingClientRect();
        left = Math.max(left, box.left);
        top = Math.max(top, box.top);
        right = Math.min(right, box.right);
        bottom = Math.min(bottom, box.bottom);
        // The usual ways to keep a text for screen readers only.
        if (style.clipPath.startsWith("inset(5") || style.clipPath.startsWith("inset(10")) return null;
        if (style.clip !== "auto") return null;
      }
      if (style.position === "fixed") break;
    }
    return right - left > 2 && bottom - top > 2 ? { left, top, right, bottom } : null;
  };

  const boxes = [];
  const add = (node, element, rect, text, isText) => {
    const seen = clipped(rect, element);
    if (!seen) return;
    if (isText) {
      // A line's box is taller than its letters: lines that follow closely do not overlap.
      const spare = (seen.bottom - seen.top) * 0.2;
      seen.top += spare;
      seen.bottom -= spare;
    }
    boxes.push({ ...seen, node, element, text, layer: layerOf(element) });
  };

  const visible = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    if (!node.data.trim() || element.closest("script, style, noscript, template, option, svg, textarea")) continue;
    if (!visible(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) add(node, element, rect, node.data.trim(), true);
  }
  for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    if (visible(field)) add(field, field, field.getBoundingClientRect(), `field ${field.name || field.id}`, false);
  }

  boxes.sort((one, other) => one.top - other.top);
  const found = new Set();
  for (let i = 0; i < boxes.length; i++) {
    for (let j = i + 1; j < boxes.length && boxes[j].top < boxes[i].bottom - SLACK; j++) {
      const [one, other] = [boxes[i], boxes[j]];
      if (one.node === other.node || one.layer !== other.layer) continue;
      if (Math.min(one.right, other.right) - Math.max(one.left, other.left) <= SLACK) continue;
      if (Math.min(one.bottom, other.bottom) - other.top <= SLACK) continue;
      const at = `${Math.round(other.left)},${Math.round(other.top)}`;
      found.add(`"${one.text.slice(0, 60)}" and "${other.text.slice(0, 60)}" near ${at}`);
    }
  }
  return [...found];
};
