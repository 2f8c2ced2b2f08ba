// What KCalendarCore (KMail, Kontact) finds in calendar messages, as one line of JSON each: an independent
// witness of what we send. Messages are read as a mail program does, as scheduling messages.
//
// Usage: kcalendarcore_reader FILE...
//        kcalendarcore_reader --reply ADDRESS FILE, which prints the answer that accepts, as KMail writes it
#include <KCalendarCore/Event>
#include <KCalendarCore/ICalFormat>
#include <KCalendarCore/MemoryCalendar>
#include <KCalendarCore/ScheduleMessage>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTimeZone>
#include <cstdio>

using namespace KCalendarCore;

static QString method(const ScheduleMessage::Ptr &message) {
    switch (message->method()) {
    case iTIPPublish: return QStringLiteral("PUBLISH");
    case iTIPRequest: return QStringLiteral("REQUEST");
    case iTIPReply: return QStringLiteral("REPLY");
    case iTIPCancel: return QStringLiteral("CANCEL");
    case iTIPCounter: return QStringLiteral("COUNTER");
    case iTIPDeclineCounter: return QStringLiteral("DECLINECOUNTER");
    default: return QString();
    }
}

static QString status(const Incidence::Ptr &event) {
    switch (event->status()) {
    case Incidence::StatusTentative: return QStringLiteral("TENTATIVE");
    case Incidence::StatusConfirmed: return QStringLiteral("CONFIRMED");
    case Incidence::StatusCanceled: return QStringLiteral("CANCELLED");
    default: return QString();
    }
}

static QString partstat(const Attendee &one) {
    switch (one.status()) {
    case Attendee::Accepted: return QStringLiteral("ACCEPTED");
    case Attendee::Declined: return QStringLiteral("DECLINED");
    case Attendee::Tentative: return QStringLiteral("TENTATIVE");
    default: return QStringLiteral("NEEDS-ACTION");
    }
}

static QString role(const Attendee &one) {
    switch (one.role()) {
    case Attendee::OptParticipant: return QStringLiteral("OPT-PARTICIPANT");
    case Attendee::NonParticipant: return QStringLiteral("NON-PARTICIPANT");
    case Attendee::Chair: return QStringLiteral("CHAIR");
    default: return QStringLiteral("REQ-PARTICIPANT");
    }
}

// The answer with which the attendee of this address accepts.
static int reply(const QString &address, const QString &path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return 2;
    MemoryCalendar::Ptr calendar(new MemoryCalendar(QTimeZone::utc()));
    ICalFormat format;
    const auto message = format.parseScheduleMessage(calendar, QString::fromUtf8(file.readAll()));
    if (!message) return 1;
    const auto event = message->event().dynamicCast<Event>();
    if (!event) return 1;
    Attendee me = event->attendeeByMail(address);
    if (me.isNull()) return 1;
    me.setStatus(Attendee::Accepted);
    me.setRSVP(false);
    event->setAttendees({me});
    std::fputs(format.createScheduleMessage(event, iTIPReply).toUtf8().constData(), stdout);
    return 0;
}

int main(int count, char **files) {
    if (count == 4 && QString::fromLocal8Bit(files[1]) == QStringLiteral("--reply"))
        return reply(QString::fromLocal8Bit(files[2]), QString::fromLocal8Bit(files[3]));
    for (int number = 1; number < count; number++) {
        QFile file(QString::fromLocal8Bit(files[number]));
        if (!file.open(QIODevice::ReadOnly)) return 2;
        MemoryCalendar::Ptr calendar(new MemoryCalendar(QTimeZone::utc()));
        ICalFormat format;
        const auto message = format.parseScheduleMessage(calendar, QString::fromUtf8(file.readAll()));
        if (!message) return 1;
        const auto event = message->event().dynamicCast<Event>();
        if (!event) return 1;
        QJsonArray attendees;
        for (const Attendee &one : event->attendees()) {
            const bool room = one.cuType() == Attendee::Room;
            attendees.append(QJsonArray{one.email(), one.name(), partstat(one), role(one),
                                        room ? QStringLiteral("ROOM") : QStringLiteral("INDIVIDUAL")});
        }
        // Who acts for the organizer it keeps nowhere.
        const QJsonObject told{{QStringLiteral("method"), method(message)},
                               {QStringLiteral("uid"), event->uid()},
                               {QStringLiteral("sequence"), event->revision()},
                               {QStringLiteral("status"), status(event)},
                               {QStringLiteral("summary"), event->summary()},
                               {QStringLiteral("start"), event->dtStart().toSecsSinceEpoch()},
                               {QStringLiteral("end"), event->dtEnd().toSecsSinceEpoch()},
                               {QStringLiteral("organizer"), event->organizer().email()},
                               {QStringLiteral("location"), event->location()},
                               {QStringLiteral("description"), event->description()},
                               {QStringLiteral("attendees"), attendees}};
        std::puts(QJsonDocument(told).toJson(QJsonDocument::Compact).constData());
    }
    return 0;
}
