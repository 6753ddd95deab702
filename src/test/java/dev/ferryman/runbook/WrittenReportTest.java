package dev.ferryman.runbook;

import static dev.ferryman.runbook.Drive.DANA;
import static dev.ferryman.runbook.Drive.OTTO;
import static dev.ferryman.runbook.Drive.VERA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.runbook.CutoverEvent.FileAttached;
import dev.ferryman.runbook.CutoverEvent.FileRemoved;
import dev.ferryman.runbook.CutoverEvent.IncidentReported;
import dev.ferryman.runbook.ReportTrail.Attachment;
import dev.ferryman.runbook.ReportTrail.Lesson;
import dev.ferryman.runbook.internal.ReportMoves;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WrittenReportTest {
    private static final String HASH = "ab".repeat(32);

    @Test
    void a_lesson_can_be_written_before_and_after_the_end_and_leaves_the_end_where_it_is() {
        Drive drive = lesson(Drive.inVerify(), OTTO, " Book the window earlier ", null);
        assertThat(drive.cutover.report().lessons()).extracting(Lesson::text)
                .containsExactly("Book the window earlier");

        Drive ended = Drive.completed();
        Instant end = ended.cutover.updatedAt();
        String headline = ended.cutover.headline();
        lesson(ended, DANA, "Warm the cache", null);
        assertThat(ended.cutover.report().lessons()).singleElement()
                .satisfies(lesson -> assertThat(lesson.author()).isEqualTo("Dana"));
        assertThat(ended.cutover.updatedAt()).isEqualTo(end);
        assertThat(ended.cutover.headline()).isEqualTo(headline);
        assertThat(ended.cutover.status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void a_correction_takes_the_place_of_the_lesson_and_both_stay_in_the_log() {
        Drive drive = lesson(Drive.completed(), OTTO, "first", null);
        lesson(drive, OTTO, "second", null);
        long first = drive.cutover.report().lessons().getFirst().number();
        lesson(drive, DANA, "better", first);
        assertThat(drive.cutover.report().lessons()).extracting(Lesson::text).containsExactly("better", "second");
        assertThat(drive.cutover.report().lessons().getFirst().corrected()).isTrue();
        assertThat(drive.log.stream().map(drive.cutover::describe)).contains("Otto wrote down a lesson: first",
                "Dana corrected lesson " + first + ": better");
        assertThatThrownBy(() -> lesson(drive, OTTO, "late", first)).hasMessageContaining("does not stand");
        assertThat(Cutover.replay("c1", drive.log).report()).isEqualTo(drive.cutover.report());
    }

    @Test
    void only_who_takes_part_writes_and_only_what_can_be_read() {
        Drive drive = Drive.completed();
        assertThatThrownBy(() -> lesson(drive, VERA, "no", null)).isInstanceOf(RoleMissingException.class);
        assertThatThrownBy(() -> lesson(drive, OTTO, " \n ", null)).hasMessageContaining("it is empty");
        assertThatThrownBy(() -> lesson(drive, OTTO, "x".repeat(4001), null)).hasMessageContaining("longer than 4000");
        lesson(drive, OTTO, "sent twice", null);
        long version = drive.cutover.version();
        lesson(drive, OTTO, "sent twice", null);
        assertThat(drive.cutover.version()).isEqualTo(version);
    }

    @Test
    void an_incident_report_needs_an_incident_and_is_corrected_by_who_has_seen_it() {
        assertThatThrownBy(() -> incident(Drive.completed(), "boom", null)).hasMessageContaining("not rolled back");
        for (Drive drive : new Drive[]{Drive.rollingBack(), Drive.rolledBack(), Drive.failed(), Drive.aborted()}) {
            incident(drive, "boom", null);
            long first = drive.cutover.report().incident().orElseThrow().number();
            assertThatThrownBy(() -> incident(drive, "blind", null)).hasMessageContaining("another one meanwhile");
            incident(drive, "boom, at nine", first);
            assertThat(drive.cutover.report().incident().orElseThrow().what()).isEqualTo("boom, at nine");
            assertThat(drive.events()).filteredOn("IncidentReported"::equals).hasSize(2);
            assertThatThrownBy(() -> incident(drive, " ", first)).hasMessageContaining("does not say what happened");
        }
    }

    @Test
    void files_come_and_go_and_every_one_of_them_stays_in_the_list() {
        Drive drive = Drive.rolledBack();
        attach(drive, "screen.png", HASH);
        assertThatThrownBy(() -> attach(drive, "again.png", HASH)).hasMessageContaining("attached as ‘screen.png’");
        assertThatThrownBy(() -> attach(drive, "more.png", "cd".repeat(32)))
                .hasMessageContaining("has 1 files already");
        long number = drive.cutover.report().attached().getFirst().number();
        assertThatThrownBy(() -> remove(drive, number, "")).hasMessageContaining("it needs a reason");
        remove(drive, number, "shows names");
        assertThat(drive.cutover.report().attached()).isEmpty();
        assertThat(drive.cutover.report().files()).singleElement().extracting(Attachment::removed)
                .hasFieldOrPropertyWithValue("reason", "shows names");
        assertThatThrownBy(() -> remove(drive, number, "again")).hasMessageContaining("not attached any more");
        attach(drive, "screen.png", HASH);
        assertThat(drive.cutover.describe(drive.log.getLast())).contains("screen.png", "7 bytes", HASH);
    }

    @Test
    void nothing_else_can_be_done_after_the_end() {
        Drive drive = lesson(Drive.completed(), OTTO, "learned", null);
        assertThatThrownBy(() -> drive.rollback(OTTO, "after all")).hasMessageContaining("the cutover is completed");
    }

    private static Drive lesson(Drive drive, Actor actor, String text, @Nullable Long corrects) {
        return drive.decide(draft -> ReportMoves.writeLesson(draft, actor, text, corrects));
    }

    private static void incident(Drive drive, String what, @Nullable Long corrects) {
        drive.decide(draft -> ReportMoves.reportIncident(draft, OTTO,
                new IncidentReported(what, "nobody", "", "", corrects)));
    }

    private static void attach(Drive drive, String name, String hash) {
        drive.decide(draft -> ReportMoves.attach(draft, OTTO, new FileAttached(name, 7, hash), 1));
    }

    private static void remove(Drive drive, long number, String reason) {
        drive.decide(draft -> ReportMoves.removeAttachment(draft, OTTO, new FileRemoved(number, reason)));
    }
}
