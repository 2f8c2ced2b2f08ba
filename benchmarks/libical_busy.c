/* Busy blocks of iCalendar files with libical, for comparison with our own reader.
 *
 * Usage: libical_busy FIRST LAST ROUNDS FILE...
 * FIRST and LAST in seconds since 1970 UTC. Reads the files once, then measures parsing and expanding them all
 * ROUNDS times. Prints the best time in seconds, and of the last round a line for each block: number of the
 * file, first and last minute since 1970. Knows what the measured calendars hold: DTSTART, DTEND, RRULE, EXDATE,
 * TRANSP, times of one zone that libical brings with it.
 */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct { long begin, end; } block;
static block *blocks;
static size_t held, room;

static void keep(long begin, long end, long first, long last)
{
    if (begin < first) begin = first;
    if (end > last) end = last;
    if (begin >= end) return;
    if (held == room) {
        room = room ? room * 2 : 1024;
        blocks = realloc(blocks, room * sizeof *blocks);
        if (!blocks) exit(1);
    }
    blocks[held].begin = begin / 60;
    blocks[held++].end = (end + 59) / 60;
}

static int by_begin(const void *a, const void *b)
{
    long difference = ((const block *)a)->begin - ((const block *)b)->begin;
    return (difference > 0) - (difference < 0);
}

static size_t merged(void)
{
    size_t read, write = 0;
    if (!held) return 0;
    qsort(blocks, held, sizeof *blocks, by_begin);
    for (read = 1; read < held; read++) {
        if (blocks[read].begin > blocks[write].end) {
            blocks[++write] = blocks[read];
        } else if (blocks[read].end > blocks[write].end) {
            blocks[write].end = blocks[read].end;
        }
    }
    return write + 1;
}

static icaltimezone *zone_of(icalproperty *property)
{
    icalparameter *named = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
    if (!named) return icaltimezone_get_utc_timezone();
    return icaltimezone_get_builtin_timezone(icalparameter_get_tzid(named));
}

static int excluded(icalcomponent *event, struct icaltimetype at)
{
    icalproperty *property = icalcomponent_get_first_property(event, ICAL_EXDATE_PROPERTY);
    for (; property; property = icalcomponent_get_next_property(event, ICAL_EXDATE_PROPERTY)) {
        if (!icaltime_compare(icalproperty_get_exdate(property), at)) return 1;
    }
    return 0;
}

static void read_event(icalcomponent *event, long first, long last)
{
    icalproperty *transparency = icalcomponent_get_first_property(event, ICAL_TRANSP_PROPERTY);
    icalproperty *starts = icalcomponent_get_first_property(event, ICAL_DTSTART_PROPERTY);
    icalproperty *ends = icalcomponent_get_first_property(event, ICAL_DTEND_PROPERTY);
    icalproperty *rule = icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY);
    icaltimezone *zone;
    struct icaltimetype start, at;
    icalrecur_iterator *falls;
    long begin, length;

    if (transparency && icalproperty_get_transp(transparency) == ICAL_TRANSP_TRANSPARENT) return;
    if (!starts || !ends) return;
    zone = zone_of(starts);
    start = icalproperty_get_dtstart(starts);
    begin = (long)icaltime_as_timet_with_zone(start, zone);
    length = (long)icaltime_as_timet_with_zone(icalproperty_get_dtend(ends), zone_of(ends)) - begin;
    if (!rule) {
        keep(begin, begin + length, first, last);
        return;
    }
    at = start;
    at.zone = zone;
    falls = icalrecur_iterator_new(icalproperty_get_rrule(rule), at);
    if (!falls) return;
    for (at = icalrecur_iterator_next(falls); !icaltime_is_null_time(at); at = icalrecur_iterator_next(falls)) {
        begin = (long)icaltime_as_timet_with_zone(at, zone);
        if (begin >= last) break;
        if (begin + length > first && !excluded(event, at)) keep(begin, begin + length, first, last);
    }
    icalrecur_iterator_free(falls);
}

static size_t read_calendar(const char *text, long first, long last)
{
    icalcomponent *calendar = icalparser_parse_string(text), *event;
    held = 0;
    if (!calendar) exit(1);
    event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
    for (; event; event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
        read_event(event, first, last);
    }
    icalcomponent_free(calendar);
    return merged();
}

static char *content_of(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text;
    long size;
    if (!file || fseek(file, 0, SEEK_END) || (size = ftell(file)) < 0) exit(1);
    rewind(file);
    text = malloc((size_t)size + 1);
    if (!text || fread(text, 1, (size_t)size, file) != (size_t)size) exit(1);
    text[size] = 0;
    fclose(file);
    return text;
}

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

int main(int count, char **words)
{
    long first, last;
    int rounds, round, number, files = count - 4;
    double best = 1e9;
    char **texts;

    if (files < 1) return 2;
    first = atol(words[1]);
    last = atol(words[2]);
    rounds = atoi(words[3]);
    texts = calloc((size_t)files, sizeof *texts);
    if (!texts) return 1;
    for (number = 0; number < files; number++) texts[number] = content_of(words[number + 4]);
    for (round = 0; round < rounds; round++) {
        double begun = now(), spent;
        for (number = 0; number < files; number++) read_calendar(texts[number], first, last);
        spent = now() - begun;
        if (spent < best) best = spent;
    }
    printf("%.6f\n", best);
    for (number = 0; number < files; number++) {
        size_t size = read_calendar(texts[number], first, last), each;
        for (each = 0; each < size; each++) printf("%d %ld %ld\n", number, blocks[each].begin, blocks[each].end);
    }
    return 0;
}
