package dev.ferryman.access;

import dev.ferryman.access.internal.RandomText;
import dev.ferryman.access.internal.Sha256;
import dev.ferryman.access.internal.TokenRow;
import dev.ferryman.access.internal.TokenRows;
import dev.ferryman.access.internal.UserRow;
import dev.ferryman.access.internal.UserRows;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.Secret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Bearer tokens for the HTTP API. A token has the roles its owner has at the moment of use. */
@Service
public class Tokens {
    /** Longest life of a token. */
    public static final Duration LONGEST_LIFE = Duration.ofDays(366);
    /** Beginning of every token, so that scanners for leaked secrets can find one. */
    public static final String MARK = "fmt_";

    private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);
    private static final int PREFIX_LENGTH = MARK.length() + 6;
    /** The last use is written this seldom, so that reading through the API does not become writing. */
    private static final Duration USE_RESOLUTION = Duration.ofMinutes(1);

    private final TokenRows tokens;
    private final UserRows users;
    private final Clock clock;

    Tokens(TokenRows tokens, UserRows users, Clock clock) {
        this.tokens = tokens;
        this.users = users;
        this.clock = clock;
    }

    /**
     * Makes a token.
     *
     * @param life how long it is accepted, more than nothing and at most {@link #LONGEST_LIFE}
     * @param scopes what it may be used for, one at least
     * @throws FieldRefusedException if name, life or scopes are not allowed
     */
    @Transactional
    public NewToken create(CurrentUser owner, String name, Duration life, Set<Scope> scopes) {
        var given = name.strip();
        if (given.isEmpty() || given.length() > 64 || given.chars().anyMatch(Character::isISOControl)) {
            throw new FieldRefusedException("name", "The token's name is empty, too long or has control characters.",
                    "Say in up to 64 characters what it is for.");
        }
        if (!life.isPositive() || life.compareTo(LONGEST_LIFE) > 0) {
            throw new FieldRefusedException("days", "A token lives between 1 and " + LONGEST_LIFE.toDays() + " days.",
                    "Choose a number of days in that range.");
        }
        if (scopes.isEmpty()) {
            throw new FieldRefusedException("scopes", "The token could be used for nothing.", "Choose a scope.");
        }
        var text = MARK + RandomText.token();
        var now = clock.instant();
        var row = tokens
                .save(new TokenRow(null, row(owner).key(), given, text.substring(0, PREFIX_LENGTH), Sha256.of(text),
                        now, now.plus(life), null, null, Scope.text(scopes)));
        LOG.info("Token {}… made by {} with scopes {}, accepted until {}", row.prefix(), owner.username(), row.scopes(),
                row.expiresAt());
        return new NewToken(row.toToken(), Secret.of(text));
    }

    /** A user's tokens, newest first. */
    public List<ApiToken> of(CurrentUser owner) {
        return tokens.findAllByUserIdOrderByIdDesc(row(owner).key()).stream().map(TokenRow::toToken).toList();
    }

    /**
     * Revokes a token; revoking it again changes nothing.
     *
     * @throws BadInputException if the user has no token of that number
     */
    @Transactional
    public void revoke(CurrentUser owner, long id) {
        var key = row(owner).key();
        var token = tokens.findById(id).filter(found -> found.userId() == key)
                .orElseThrow(() -> new BadInputException("You have no such token.", "Choose one from your list."));
        if (tokens.revoke(id, key, clock.instant())) {
            LOG.info("Token {}… revoked by {}", token.prefix(), owner.username());
        }
    }

    /**
     * Whose usable token this is, and what it may be used for; empty for any other text. No transaction of its own: on
     * SQLite one that may write takes the only write lock, and every request of the API would wait for its turn.
     */
    public Optional<TokenUse> authenticate(String text) {
        var now = clock.instant();
        var token = tokens.findByHash(Sha256.of(text)).filter(found -> found.toToken().usableAt(now));
        var user = token.flatMap(found -> users.findById(found.userId())).filter(UserRow::enabled)
                .filter(found -> !found.passwordTemporary());
        if (user.isPresent() && isStale(token.get().lastUsedAt(), now)) {
            noteUse(token.get().toToken().id(), now);
        }
        return user.map(owner -> {
            var used = token.get().toToken();
            return new TokenUse(used.id(), owner.toCurrentUser(), used.scopes());
        });
    }

    private void noteUse(long id, Instant now) {
        try {
            tokens.noteUse(id, now);
        } catch (DataAccessException e) {
            LOG.warn("The last use of a token is not noted, since the state store takes no writes: {}", e.getMessage());
        }
    }

    private static boolean isStale(@Nullable Instant lastUse, Instant now) {
        return lastUse == null || lastUse.plus(USE_RESOLUTION).isBefore(now);
    }

    private UserRow row(CurrentUser owner) {
        return users.findByUsername(owner.username())
                .orElseThrow(() -> new BadInputException("The account does not exist any more.", "Log in again."));
    }
}
