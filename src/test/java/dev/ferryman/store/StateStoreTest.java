package dev.ferryman.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.testing.StateStores;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.Version;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Sort;
import org.springframework.data.relational.core.query.Query;
import org.springframework.data.jdbc.core.JdbcAggregateOperations;
import org.springframework.data.relational.core.query.Criteria;
import org.springframework.data.relational.core.query.Query;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

class StateStoreTest {
    enum Colour {
        RED, GREEN
    }

    record Crate(@Id @Nullable Long id, String name, boolean open, Colour colour, Instant packedAt,
            @Nullable Instant openedAt, @Nullable String contents, @Version @Nullable Long version) {}

    abstract static class Contract {
        @Autowired
        JdbcAggregateOperations aggregates;
        @Autowired
        JdbcTemplate jdbc;
        @Autowired
        TransactionTemplate transactions;
        @Autowired
        Clock clock;

        @BeforeEach
        void an_empty_table() {
            jdbc.execute("DROP TABLE IF EXISTS crate");
            jdbc.execute("CREATE TABLE crate (id " + identity() + ", name varchar(64) NOT NULL UNIQUE, "
                    + "open boolean NOT NULL, colour varchar(16) NOT NULL, packed_at varchar(27) NOT NULL, "
                    + "opened_at varchar(27), contents text, version bigint NOT NULL)");
        }

        abstract String identity();

        Crate crate(String name, Instant packedAt) {
            return new Crate(null, name, true, Colour.GREEN, packedAt, null, "π and 'quotes'", null);
        }

        @Test
        void an_entity_reads_back_as_it_was_written() {
            var written = aggregates.insert(crate("one", clock.instant()));

            assertThat(written.id()).isNotNull();
            assertThat(aggregates.findById(requireNonNull(written.id()), Crate.class)).isEqualTo(written);
        }

        @Test
        void instants_are_text_whose_order_is_their_order_in_time() {
            var early = Instant.parse("2026-03-01T09:30:00Z");
            var late = early.plusNanos(1_000);
            aggregates.insert(crate("late", late));
            aggregates.insert(crate("early", early));

            assertThat(jdbc.queryForList("SELECT packed_at FROM crate ORDER BY packed_at", String.class))
                    .containsExactly("2026-03-01T09:30:00.000000Z", "2026-03-01T09:30:00.000001Z");
            var since = aggregates.findAll(Query.query(Criteria.where("packedAt").greaterThan(early)), Crate.class);
            assertThat(since).extracting(Crate::name).containsExactly("late");
        }

        @Test
        void a_stale_version_changes_nothing() {
            var first = aggregates.insert(crate("one", clock.instant()));
            aggregates.save(new Crate(first.id(), "renamed", false, Colour.RED, first.packedAt(), null, null,
                    first.version()));

            assertThatThrownBy(() -> aggregates.save(first)).isInstanceOf(OptimisticLockingFailureException.class);
            assertThat(aggregates.findById(requireNonNull(first.id()), Crate.class))
                    .extracting(Crate::name, Crate::open)
                    .containsExactly("renamed", false);
        }

        @Test
        void pages_have_a_limit_and_an_offset() {
            aggregates.insertAll(List.of(crate("a", clock.instant()), crate("b", clock.instant()),
                    crate("c", clock.instant()), crate("d", clock.instant())));

            var second = aggregates.findAll(Query.empty().with(PageRequest.of(1, 2, Sort.by("name"))), Crate.class);
            assertThat(second).extracting(Crate::name).containsExactly("c", "d");
            assertThat(aggregates.count(Crate.class)).isEqualTo(4);
            var rest = aggregates.findAll(Query.empty().offset(3).sort(Sort.by("name")), Crate.class);
            assertThat(rest).extracting(Crate::name).containsExactly("d");
        }

        @Test
        void a_failed_transaction_leaves_nothing() {
            assertThatThrownBy(() -> transactions.executeWithoutResult(_ -> {
                aggregates.insert(crate("one", clock.instant()));
                throw new IllegalStateException("stop");
            })).hasMessage("stop");

            assertThat(aggregates.count(Crate.class)).isZero();
        }

        @Test
        void concurrent_writers_wait_for_each_other_and_lose_no_update() throws Exception {
            var id = aggregates.insert(crate("counter", clock.instant())).id();
            jdbc.update("UPDATE crate SET version = 0");
            var work = new ArrayList<Callable<Void>>();
            for (int writer = 0; writer < 8; writer++) {
                work.add(() -> {
                    for (int i = 0; i < 25; i++) {
                        transactions.executeWithoutResult(_ -> {
                            jdbc.queryForObject("SELECT count(*) FROM crate", Long.class);
                            jdbc.update("UPDATE crate SET version = version + 1 WHERE id = ?", id);
                        });
                    }
                    return null;
                });
            }
            try (var threads = Executors.newFixedThreadPool(8)) {
                for (var done : threads.invokeAll(work)) {
                    done.get();
                }
            }

            assertThat(jdbc.queryForObject("SELECT version FROM crate WHERE id = ?", Long.class, id)).isEqualTo(200);
        }
    }

    @Nested
    @StateStores.OnSqlite
    class OnSqlite extends Contract {
        @Override
        String identity() {
            return "INTEGER PRIMARY KEY AUTOINCREMENT";
        }

        @Test
        void a_reader_is_not_held_up_by_a_writer_and_sees_nothing_half_done() throws Exception {
            aggregates.insert(crate("one", clock.instant()));
            var reading = new TransactionTemplate(requireNonNull(transactions.getTransactionManager()));
            reading.setReadOnly(true);
            try (var thread = Executors.newSingleThreadExecutor()) {
                transactions.executeWithoutResult(_ -> {
                    aggregates.insert(crate("two", clock.instant()));
                    var seen = thread.submit(() -> reading.execute(_ -> aggregates.count(Crate.class)));
                    assertThat(seen).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(1L);
                });
            }
            assertThat(aggregates.count(Crate.class)).isEqualTo(2);
        }

        @Test
        void the_file_is_opened_for_durability() {
            assertThat(jdbc.queryForObject("PRAGMA journal_mode", String.class)).isEqualTo("wal");
            assertThat(jdbc.queryForObject("PRAGMA synchronous", Integer.class)).as("FULL").isEqualTo(2);
            assertThat(jdbc.queryForObject("PRAGMA foreign_keys", Integer.class)).isEqualTo(1);
            assertThat(jdbc.queryForObject("PRAGMA busy_timeout", Integer.class)).isEqualTo(10_000);
        }
    }

    @Nested
    @StateStores.OnPostgres
    class OnPostgres extends Contract {
        @Override
        String identity() {
            return "bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY";
        }
    }
}
