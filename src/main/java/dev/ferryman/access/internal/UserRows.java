package dev.ferryman.access.internal;

import java.util.List;
import java.util.Optional;
import org.springframework.data.relational.core.sql.LockMode;
import org.springframework.data.relational.repository.Lock;
import org.springframework.data.repository.ListCrudRepository;

/** Users in the state store. */
public interface UserRows extends ListCrudRepository<UserRow, Long> {
    /** By username, which is stored in lower case. */
    Optional<UserRow> findByUsername(String username);

    /** All, in the order of a list for people. */
    List<UserRow> findAllByOrderByUsername();

    /** All that are enabled, locked so that two administrators cannot remove each other at once. */
    @Lock(LockMode.PESSIMISTIC_WRITE)
    List<UserRow> findAllByEnabled(boolean enabled);
}
