// What makes the page wider than its window, one line each; nothing when it fits.
() => {
  const root = document.documentElement;
  const width = root.clientWidth;
  if (Math.max(root.scrollWidth, document.body.scrollWidth) <= width) return [];
  const outside = [...document.body.querySelectorAll("*")].filter(
    (element) => element.checkVisibility() && element.getBoundingClientRect().right > width + 0.5,
  );
  const innermost = outside.filter((element) => ![...element.children].some((child) => outside.includes(child)));
  const told = innermost.slice(0, 10).map((element) => {
    const right = Math.round(element.getBoundingClientRect().right);
    return `<${element.tagName.toLowerCase()} class="${element.getAttribute("class") || ""}"> ends at ${right} of ${width}`;
  });
  return told.length ? told : [`scrollWidth ${root.scrollWidth} of ${width}`];
};
