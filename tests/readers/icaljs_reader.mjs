// What ical.js finds in calendar messages, as one line of JSON each: an independent witness of what we send.
//
// Usage: node icaljs_reader.mjs FILE...
import ICAL from "ical.js";
import { readFileSync } from "node:fs";

const address = (text) => (text ?? "").replace(/^mailto:/i, "");

for (const path of process.argv.slice(2)) {
  const calendar = new ICAL.Component(ICAL.parse(readFileSync(path, "utf8")));
  const component = calendar.getFirstSubcomponent("vevent");
  const event = new ICAL.Event(component);
  console.log(JSON.stringify({
    method: calendar.getFirstPropertyValue("method") ?? "",
    uid: event.uid,
    sequence: event.sequence,
    status: component.getFirstPropertyValue("status") ?? "",
    summary: event.summary,
    start: event.startDate.toUnixTime(),
    end: event.endDate.toUnixTime(),
    organizer: address(event.organizer),
    sent_by: address(component.getFirstProperty("organizer")?.getParameter("sent-by")),
    location: event.location ?? "",
    description: event.description ?? "",
    attendees: event.attendees.map((one) => [
      address(one.getFirstValue()),
      one.getParameter("cn") ?? "",
      one.getParameter("partstat") ?? "NEEDS-ACTION",
      one.getParameter("role") ?? "REQ-PARTICIPANT",
      one.getParameter("cutype") ?? "INDIVIDUAL",
    ]),
  }));
}
