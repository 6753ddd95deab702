package dev.ferryman.runbook;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The cutover was archived: only its row in lists and the place of its log are left in the state store. */
public final class ArchivedCutoverException extends NoSuchCutoverException {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ISO_LOCAL_DATE.withZone(ZoneOffset.UTC);

    private final String message;

    /** Names the cutover and the file. */
    public ArchivedCutoverException(String id, String name, ArchivedLog archived) {
        super(id);
        this.message = "The cutover ‘" + name + "’ (" + id + ") was archived on " + DAY.format(archived.at())
                + ". Its report, its " + archived.events() + " events and what belongs to them are in "
                + archived.file()
                + ", SHA-256 " + archived.sha256() + ".";
    }

    @Override
    public String getMessage() {
        return message;
    }

    /** What to do instead, one sentence. */
    public String next() {
        return "Take the file from there, prove it with ‘ferryman verify-log --file’, and open report.html in it.";
    }
}
