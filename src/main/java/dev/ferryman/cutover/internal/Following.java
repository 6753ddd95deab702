package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.ReplicationView.Direction;
import dev.ferryman.replication.CatchUp;
import dev.ferryman.replication.ChangedKeys;
import dev.ferryman.replication.FaultPoint;
import dev.ferryman.replication.Freeze;
import dev.ferryman.replication.FreezeOptions;
import dev.ferryman.replication.Guardrail;
import dev.ferryman.replication.Progress;
import dev.ferryman.replication.ReverseSync;
import dev.ferryman.replication.Standing;
import dev.ferryman.replication.SwitchBack;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One side following the other, whichever it is. */
interface Following extends AutoCloseable {
    /** Which one it is. */
    Direction direction();

    /** Brings one batch over. */
    Progress step() throws InterruptedException;

    /** How long to wait before the next one. */
    Duration pause(Progress last);

    /** How far it is. */
    Standing standing() throws InterruptedException;

    /** What has to hold before writes change sides. */
    List<Guardrail> guardrails(FreezeOptions options) throws InterruptedException;

    /** What was brought over and is not proved yet. */
    List<ChangedKeys> unverified() throws InterruptedException;

    /** Marks it as proved. */
    void verified(Map<Integer, Long> upTo) throws InterruptedException;

    @Override
    void close();

    /** PostgreSQL follows SQLite. */
    record Forward(CatchUp catchUp, Freeze freeze) implements Following {
        static Following open(Sides sides) {
            return new Forward(sides.catchUp(), sides.freeze(FaultPoint.NONE));
        }

        @Override
        public Direction direction() {
            return Direction.FORWARD;
        }

        @Override
        public Progress step() {
            return catchUp.step();
        }

        @Override
        public Duration pause(Progress last) {
            return catchUp.pause(last);
        }

        @Override
        public Standing standing() {
            return catchUp.standing();
        }

        @Override
        public List<Guardrail> guardrails(FreezeOptions options) {
            return freeze.guardrails(catchUp, options);
        }

        @Override
        public List<ChangedKeys> unverified() {
            return catchUp.unverified();
        }

        @Override
        public void verified(Map<Integer, Long> upTo) {
            catchUp.verified(upTo);
        }

        @Override
        public void close() {
            catchUp.close();
        }
    }

    /** SQLite follows PostgreSQL. */
    record Back(ReverseSync reverse, SwitchBack switchBack) implements Following {
        static Following open(Sides sides) throws InterruptedException {
            return new Back(sides.reverseSync(), sides.switchBack(FaultPoint.NONE));
        }

        @Override
        public Direction direction() {
            return Direction.BACK;
        }

        @Override
        public Progress step() throws InterruptedException {
            return reverse.step();
        }

        @Override
        public Duration pause(Progress last) {
            return reverse.pause(last);
        }

        @Override
        public Standing standing() throws InterruptedException {
            return reverse.standing();
        }

        @Override
        public List<Guardrail> guardrails(FreezeOptions options) throws InterruptedException {
            return switchBack.guardrails(reverse, options);
        }

        @Override
        public List<ChangedKeys> unverified() throws InterruptedException {
            return reverse.unverified();
        }

        @Override
        public void verified(Map<Integer, Long> upTo) throws InterruptedException {
            reverse.verified(upTo);
        }

        @Override
        public void close() {
            reverse.close();
        }
    }
}
