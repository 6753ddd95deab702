package dev.ferryman.access.internal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.data.jdbc.repository.query.Modifying;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.repository.ListCrudRepository;

/** Tokens in the state store. Changes touch their one column, so that a use cannot undo a revocation. */
public interface TokenRows extends ListCrudRepository<TokenRow, Long> {
    /** By the hash of the token. */
    Optional<TokenRow> findByHash(String hash);

    /** A user's tokens, newest first. */
    List<TokenRow> findAllByUserIdOrderByIdDesc(long userId);

    /** Notes a use. */
    @Modifying
    @Query("UPDATE access_token SET last_used_at = :now WHERE id = :id")
    void noteUse(long id, Instant now);

    /** Revokes a user's token once; false if the user has none of that number or it is revoked already. */
    @Modifying
    @Query("UPDATE access_token SET revoked_at = :now WHERE id = :id AND user_id = :userId AND revoked_at IS NULL")
    boolean revoke(long id, long userId, Instant now);
}
