package dev.ferryman.api.internal;

import dev.ferryman.cutover.Diagnosis;
import java.time.Instant;
import java.util.List;

/**
 * What was found where a step failed.
 *
 * @param at when it was asked
 * @param checks in the order they were made
 */
record DiagnosisJson(Instant at, List<CheckJson> checks) {
    static DiagnosisJson of(Diagnosis diagnosis) {
        return new DiagnosisJson(diagnosis.at(), diagnosis.checks().stream().map(CheckJson::of).toList());
    }

    /**
     * One thing that was asked.
     *
     * @param topic {@code connection}, {@code mismatch} or {@code slow}
     * @param found {@code fine}, {@code doubtful}, {@code wrong} or {@code unknown}
     * @param next what to do about it, empty where there is nothing to do
     */
    record CheckJson(String topic, String asked, String found, String what, String next) {
        static CheckJson of(Diagnosis.Check check) {
            return new CheckJson(Keys.of(check.topic()), check.asked(), Keys.of(check.found()), check.what(),
                    check.next());
        }
    }
}
