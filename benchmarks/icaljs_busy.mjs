// Busy blocks of iCalendar files with ical.js, for comparison with our own reader.
//
// Usage: node icaljs_busy.mjs FIRST LAST ROUNDS FILE... with the same output as libical_busy.c.
import ICAL from "ical.js";
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

const [first, last, rounds] = process.argv.slice(2, 5).map(Number);
const texts = process.argv.slice(5).map((path) => readFileSync(path, "utf8"));

function busy(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  const found = [];
  const keep = (begin, end) => {
    const from = Math.max(begin, first);
    const until = Math.min(end, last);
    if (from < until) found.push([Math.floor(from / 60), Math.ceil(until / 60)]);
  };
  for (const component of calendar.getAllSubcomponents("vevent")) {
    if (component.getFirstPropertyValue("transp") === "TRANSPARENT") continue;
    const event = new ICAL.Event(component);
    const begin = event.startDate.toUnixTime();
    const length = event.endDate.toUnixTime() - begin;
    if (!event.isRecurring()) {
      keep(begin, begin + length);
      continue;
    }
    const falls = event.iterator();
    for (let at = falls.next(); at; at = falls.next()) {
      const moment = at.toUnixTime();
      if (moment >= last) break;
      keep(moment, moment + length);
    }
  }
  found.sort((one, other) => one[0] - other[0]);
  const merged = [];
  for (const [begin, end] of found) {
    const before = merged[merged.length - 1];
    if (before && begin <= before[1]) before[1] = Math.max(before[1], end);
    else merged.push([begin, end]);
  }
  return merged;
}

let best = Infinity;
for (let round = 0; round < rounds; round++) {
  const begun = performance.now();
  texts.forEach(busy);
  best = Math.min(best, (performance.now() - begun) / 1000);
}
console.log(best.toFixed(6));
texts.forEach((text, number) => busy(text).forEach(([begin, end]) => console.log(number, begin, end)));
