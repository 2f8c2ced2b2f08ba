// Builds agenda/web/static/vendor from the packages in package-lock.json: `npm ci && npm run build`.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const staticDir = join(here, "..", "..", "agenda", "web", "static");
const vendor = join(staticDir, "vendor");
const support = join(here, "..", "..", "tests", "support");
const manifest = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const names = Object.keys(manifest.devDependencies).sort();
const read = (...path) => readFileSync(join(...path), "utf8");
const versionOf = (name) => JSON.parse(read(modules, name, "package.json")).version;

// These carry a municipality's or a ministry's own brand and may not be passed on.
const PROPRIETARY = [/^@utrecht\/design-tokens$/, /^@rijkshuisstijl-community\//, /^@amsterdam\//, /^@nl-rvo\//];

function refuseProprietary() {
  const locked = Object.keys(JSON.parse(read(here, "package-lock.json")).packages).map((path) => path.replace(/^.*node_modules\//, ""));
  const found = locked.filter((name) => PROPRIETARY.some((pattern) => pattern.test(name)));
  if (found.length) throw new Error(`not ours to ship: ${found.join(", ")}`);
}

function components() {
  const sheets = names.filter((name) => name.endsWith("-css")).map((name) => {
    const file = name.startsWith("@utrecht/") ? "index.min.css" : `${name.split("/")[1].replace(/-css$/, "")}.css`;
    const css = read(modules, name, "dist", file).replace(/\/\*# sourceMappingURL=.*?\*\//g, "").trim();
    return `/* ${name} ${versionOf(name)} */\n${css}\n`;
  });
  return `/* NL Design System, EUPL-1.2, see LICENSE-nl-design-system.md */\n${sheets.join("")}`;
}

/** The theme without the tokens that no stylesheet reads, directly or through another token. */
function theme(...stylesheets) {
  const name = "@nl-design-system-unstable/voorbeeld-design-tokens";
  const tokens = new Map();
  for (const [, token, value] of read(modules, name, "dist", "theme.css").matchAll(/^\s*(--[\w-]+):\s*([^;]+);/gm)) tokens.set(token, value);
  const used = new Set();
  const visit = (css) => {
    for (const [, token] of css.matchAll(/var\(\s*(--[\w-]+)/g)) {
      if (used.has(token)) continue;
      used.add(token);
      if (tokens.has(token)) visit(tokens.get(token));
    }
  };
  stylesheets.forEach(visit);
  const kept = [...tokens].filter(([token]) => used.has(token)).map(([token, value]) => `${token}:${value}`);
  return `/* ${name} ${versionOf(name)}, EUPL-1.2, unused tokens dropped */\n.voorbeeld-theme{\n${kept.join(";\n")}}\n`;
}

refuseProprietary();
rmSync(vendor, { recursive: true, force: true });
mkdirSync(vendor, { recursive: true });
mkdirSync(support, { recursive: true });
const own = readdirSync(staticDir).filter((file) => file.endsWith(".css")).map((file) => read(staticDir, file));
const parts = components();
writeFileSync(join(vendor, "components.css"), parts);
writeFileSync(join(vendor, "theme.css"), theme(parts, ...own));
for (const style of ["normal", "italic"]) {
  const font = `source-sans-3-latin-wght-${style}.woff2`;
  copyFileSync(join(modules, "@fontsource-variable/source-sans-3/files", font), join(vendor, font));
}
copyFileSync(join(modules, "htmx.org/dist/htmx.min.js"), join(vendor, "htmx.min.js"));
copyFileSync(join(modules, "@utrecht/alert-css/LICENSE.md"), join(vendor, "LICENSE-nl-design-system.md"));
copyFileSync(join(modules, "@fontsource-variable/source-sans-3/LICENSE"), join(vendor, "LICENSE-source-sans-3.txt"));
copyFileSync(join(modules, "htmx.org/LICENSE"), join(vendor, "LICENSE-htmx.txt"));
copyFileSync(join(modules, "axe-core/axe.min.js"), join(support, "axe.min.js"));
copyFileSync(join(modules, "axe-core/LICENSE"), join(support, "axe.LICENSE.txt"));
const sums = readdirSync(vendor).sort().map((file) => `${createHash("sha256").update(readFileSync(join(vendor, file))).digest("hex")}  ${file}\n`);
writeFileSync(join(vendor, "MANIFEST.sha256"), sums.join(""));
console.log(`${relative(process.cwd(), vendor)}: ${sums.length} files`);
