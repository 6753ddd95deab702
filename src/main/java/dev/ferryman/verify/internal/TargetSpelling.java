package dev.ferryman.verify.internal;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Asks the target how one of its types spells a text: {@code inet} writes {@code 10.0.0.1/32} as {@code 10.0.0.1}. */
@FunctionalInterface
interface TargetSpelling {
    /**
     * The spelling of a text.
     *
     * @param type the type as PostgreSQL writes it
     * @return the type's own spelling, null where the type refuses the text
     */
    @Nullable
    String of(String type, String text) throws SQLException;
}
