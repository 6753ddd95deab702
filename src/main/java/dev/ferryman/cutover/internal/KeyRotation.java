package dev.ferryman.cutover.internal;

import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Seals kept passwords anew when the key has changed, once at the start. What is under no known key stays as it is: its
 * cutover says so when it needs it.
 */
@Component
class KeyRotation implements ApplicationRunner {
    private static final Logger LOG = LoggerFactory.getLogger(KeyRotation.class);

    private final JdbcClient jdbc;
    private final PasswordBox box;

    KeyRotation(JdbcClient jdbc, PasswordBox box) {
        this.jdbc = jdbc;
        this.box = box;
    }

    private record Kept(String cutoverId, String sealed) {}

    @Override
    public void run(ApplicationArguments args) {
        List<Kept> all = jdbc
                .sql("SELECT cutover_id, password_sealed FROM cutover_connection WHERE password_sealed IS NOT NULL")
                .query((row, _) -> new Kept(row.getString(1), row.getString(2))).list();
        int changed = all.stream().mapToInt(this::sealAnew).sum();
        if (changed > 0) {
            LOG.info("{} kept passwords are under the present {} now; {} is not needed for them any more", changed,
                    PasswordBox.KEY, PasswordBox.PREVIOUS);
        }
    }

    /** Another replica may do it at the same moment: whoever is first wins, and both hold the same password. */
    private int sealAnew(Kept kept) {
        Optional<String> anew = box.sealedAnew(kept.sealed(), kept.cutoverId());
        return anew.isEmpty()
                ? 0
                : jdbc.sql(
                        "UPDATE cutover_connection SET password_sealed = ? WHERE cutover_id = ? AND password_sealed = ?")
                        .params(anew.get(), kept.cutoverId(), kept.sealed()).update();
    }
}
