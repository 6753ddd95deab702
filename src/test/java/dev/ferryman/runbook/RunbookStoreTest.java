package dev.ferryman.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.testing.StateStores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class RunbookStoreTest {
    abstract static class Contract {
        @Autowired
        Runbook runbook;

        @Test
        void starts() {
            assertThat(runbook.list()).isEmpty();
        }
    }

    @Nested
    @StateStores.OnSqlite
    class OnSqlite extends Contract {}

    @Nested
    @StateStores.OnPostgres
    class OnPostgres extends Contract {}
}
