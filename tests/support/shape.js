// What a page shows and where, without its colours: every element, its box and whether and how it can be seen.
() => {
  const parts = [document.documentElement.outerHTML];
  for (const element of document.querySelectorAll("*")) {
    const { x, y, width, height } = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    parts.push(
      [x, y, width, height, element.scrollWidth, element.scrollHeight, style.display, style.visibility].join(" "),
      [style.opacity, style.overflow, style.position, style.clip, style.clipPath, style.pointerEvents].join(" "),
      [style.zIndex, style.font, style.listStyleType].join(" "),
    );
  }
  return parts.join("\n");
};
