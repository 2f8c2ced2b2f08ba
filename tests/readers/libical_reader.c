/* What libical finds in calendar messages, as one line of JSON each: an independent witness of what we send.
 *
 * Usage: libical_reader FILE...
 */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *whole(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) exit(2);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *text = malloc(size + 1);
    if (fread(text, 1, size, file) != (size_t)size) exit(2);
    text[size] = 0;
    fclose(file);
    return text;
}

static void string(const char *text) {
    putchar('"');
    for (const unsigned char *at = (const unsigned char *)(text ? text : ""); *at; at++) {
        if (*at == '"' || *at == '\\') printf("\\%c", *at);
        else if (*at < 32) printf("\\u%04x", *at);
        else putchar(*at);
    }
    putchar('"');
}

static void parameter(icalproperty *property, const char *name, const char *otherwise) {
    const char *found = icalproperty_get_parameter_as_string(property, name);
    string(found ? found : otherwise);
}

static const char *address(const char *text) {
    return text && strncasecmp(text, "mailto:", 7) == 0 ? text + 7 : text;
}

static void property(icalcomponent *event, icalproperty_kind kind) {
    icalproperty *found = icalcomponent_get_first_property(event, kind);
    string(found ? icalproperty_get_value_as_string(found) : "");
}

static void tell(icalcomponent *calendar, icalcomponent *event) {
    printf("{\"method\": ");
    property(calendar, ICAL_METHOD_PROPERTY);
    printf(", \"uid\": ");
    string(icalcomponent_get_uid(event));
    printf(", \"sequence\": %d, \"status\": ", icalcomponent_get_sequence(event));
    property(event, ICAL_STATUS_PROPERTY);
    printf(", \"summary\": ");
    string(icalcomponent_get_summary(event));
    printf(", \"start\": %ld, \"end\": %ld", (long)icaltime_as_timet_with_zone(icalcomponent_get_dtstart(event), icaltimezone_get_utc_timezone()),
           (long)icaltime_as_timet_with_zone(icalcomponent_get_dtend(event), icaltimezone_get_utc_timezone()));
    icalproperty *organizer = icalcomponent_get_first_property(event, ICAL_ORGANIZER_PROPERTY);
    printf(", \"organizer\": ");
    string(organizer ? address(icalproperty_get_organizer(organizer)) : "");
    const char *sender = organizer ? icalproperty_get_parameter_as_string(organizer, "SENT-BY") : NULL;
    printf(", \"sent_by\": ");
    string(address(sender));
    printf(", \"location\": ");
    string(icalcomponent_get_location(event));
    printf(", \"description\": ");
    string(icalcomponent_get_description(event));
    printf(", \"attendees\": [");
    const char *between = "";
    for (icalproperty *one = icalcomponent_get_first_property(event, ICAL_ATTENDEE_PROPERTY); one;
         one = icalcomponent_get_next_property(event, ICAL_ATTENDEE_PROPERTY)) {
        printf("%s[", between);
        string(address(icalproperty_get_attendee(one)));
        printf(", ");
        parameter(one, "CN", "");
        printf(", ");
        parameter(one, "PARTSTAT", "NEEDS-ACTION");
        printf(", ");
        parameter(one, "ROLE", "REQ-PARTICIPANT");
        printf(", ");
        parameter(one, "CUTYPE", "INDIVIDUAL");
        printf("]");
        between = ", ";
    }
    printf("]}\n");
}

int main(int count, char **files) {
    for (int number = 1; number < count; number++) {
        char *text = whole(files[number]);
        icalcomponent *calendar = icalparser_parse_string(text);
        if (!calendar || icalcomponent_count_errors(calendar)) return 1;
        icalcomponent *event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
        if (!event) return 1;
        tell(calendar, event);
        icalcomponent_free(calendar);
        free(text);
    }
    return 0;
}
