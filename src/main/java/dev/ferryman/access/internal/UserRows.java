package dev.ferryman.access.internal;

import java.util.List;
import java.util.Optional;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.relational.core.sql.LockMode;
import org.springframework.data.relational.repository.Lock;
import org.springframework.data.repository.ListCrudRepository;
import org.springframework.transaction.annotation.Transactional;

/**
 * Users in the state store. A user's roles are read while the row of the user still is: only a transaction makes that one
 * connection instead of two, and threads that hold one each while they wait for a second wait for each other.
 */
@Transactional(readOnly = true)
public interface UserRows extends ListCrudRepository<UserRow, Long> {
    /** By username, which is stored in lower case. */
    Optional<UserRow> findByUsername(String username);

    /** By issuer and subject at a provider. */
    Optional<UserRow> findByIdentity(String identity);

    /** All, in the order of a list for people. */
    List<UserRow> findAllByOrderByUsername();

    /** Usernames of those enabled who hold a role, in order. */
    @Query("""
           SELECT u.username FROM access_user u JOIN access_user_role r ON r.user_id = u.id
           WHERE r.role = :role AND u.enabled = TRUE ORDER BY u.username""")
    List<String> holdersOf(String role);

    /** All that are enabled, locked so that two administrators cannot remove each other at once. */
    @Lock(LockMode.PESSIMISTIC_WRITE)
    List<UserRow> findAllByEnabled(boolean enabled);
}
