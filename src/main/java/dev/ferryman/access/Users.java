package dev.ferryman.access;

import dev.ferryman.access.internal.Devices;
import dev.ferryman.access.internal.LoginThrottle;
import dev.ferryman.access.internal.PasswordPolicy;
import dev.ferryman.access.internal.RandomText;
import dev.ferryman.access.internal.UserRow;
import dev.ferryman.access.internal.UserRows;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.Secret;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * The people Ferryman knows. Whether the one who asks may change them is decided before it comes here; what must hold
 * whoever asks is decided here: names are unique, passwords are hard to guess, and one administrator always remains.
 */
@Service
public class Users {
    private static final Logger LOG = LoggerFactory.getLogger(Users.class);
    private static final Pattern USERNAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    private final UserRows rows;
    private final PasswordEncoder passwords;
    private final PasswordPolicy policy;
    private final LoginThrottle throttle;
    private final Devices devices;
    private final Clock clock;

    Users(UserRows rows, PasswordEncoder passwords, PasswordPolicy policy, LoginThrottle throttle, Devices devices,
            Clock clock) {
        this.rows = rows;
        this.passwords = passwords;
        this.policy = policy;
        this.throttle = throttle;
        this.devices = devices;
        this.clock = clock;
    }

    /** The user of a name, whatever its case. */
    public Optional<User> find(String username) {
        return rows.findByUsername(normal(username)).map(UserRow::toUser);
    }

    /** All users by name, disabled ones too. */
    public List<User> all() {
        return rows.findAllByOrderByUsername().stream().map(UserRow::toUser).toList();
    }

    /** Usernames of the enabled users who hold a role now, in order: those who could sign for it. */
    public List<String> holdersOf(Role role) {
        return rows.holdersOf(role.id());
    }

    /**
     * Creates a user with a password that he or she has chosen or been given for good.
     *
     * @throws FieldRefusedException if the name is taken or not allowed, or the password is, as {@link PasswordPolicy} says
     */
    @Transactional
    public User create(String username, String displayName, Set<Role> roles, Secret password) {
        return insert(username, displayName, roles, password, false);
    }

    /**
     * Creates a user with a generated password that works until the first login, where it has to be changed: so nobody
     * can sign in another's name.
     *
     * @return the password, to be handed over once
     * @throws FieldRefusedException if the name is taken or not allowed
     */
    @Transactional
    public Secret createWithTemporaryPassword(String username, String displayName, Set<Role> roles) {
        var password = RandomText.password();
        insert(username, displayName, roles, password, true);
        return password;
    }

    private User insert(String username, String displayName, Set<Role> roles, Secret password, boolean temporary) {
        var name = normal(username);
        if (!USERNAME.matcher(name).matches()) {
            throw new FieldRefusedException("username", "The username has characters that are not allowed.",
                    "Use up to 64 letters a-z, digits, dots, dashes and underscores; begin with a letter or digit.");
        }
        policy.check(name, displayName, password);
        if (rows.findByUsername(name).isPresent()) {
            throw taken(name);
        }
        try {
            var row = rows.save(new UserRow(null, name, displayName(displayName), hash(password), temporary, true, 1,
                    clock.instant(), UserRow.rows(roles), null, null));
            LOG.info("User {} created with roles {}", name, ids(roles));
            return row.toUser();
        } catch (DuplicateKeyException e) {
            throw taken(name);
        }
    }

    private static FieldRefusedException taken(String name) {
        return new FieldRefusedException("username", "There is a user " + name + " already.", "Choose another name.");
    }

    /**
     * Changes name, roles and state of a user.
     *
     * @param by who asks
     * @throws BadInputException if there is no such user, if it would leave no enabled administrator, if the one who
     *         asks would lock himself or herself out, or if another change came in between
     */
    @Transactional
    public User change(String username, String displayName, Set<Role> roles, boolean enabled, CurrentUser by) {
        var row = required(username);
        if (row.username().equals(by.username()) && !enabled) {
            throw new BadInputException("You cannot disable your own account.", "Ask another administrator.");
        }
        boolean loses = row.enabled() && row.heldRoles().contains(Role.ADMINISTRATOR)
                && !(enabled && roles.contains(Role.ADMINISTRATOR));
        if (loses && rows.findAllByEnabled(true).stream().filter(r -> !r.username().equals(row.username()))
                .noneMatch(r -> r.heldRoles().contains(Role.ADMINISTRATOR))) {
            throw new BadInputException(row.username() + " is the last enabled administrator.",
                    "Make somebody else administrator first.");
        }
        if (row.external() && !row.heldRoles().equals(roles)) {
            throw new BadInputException("The roles of " + row.username() + " come from the provider at each login.",
                    "Change the groups there, or the mapping in Ferryman's configuration.");
        }
        try {
            var changed = rows.save(row.with(displayName(displayName), roles, enabled));
            LOG.info("User {} changed by {}: roles {}, {}", changed.username(), by.username(), ids(roles),
                    enabled ? "enabled" : "disabled");
            return changed.toUser();
        } catch (OptimisticLockingFailureException e) {
            throw changedMeanwhile(row, e);
        }
    }

    /**
     * Gives a user a generated password that has to be changed at the next login, and ends all sessions begun with the
     * old one.
     *
     * @return the password, to be handed over once
     * @throws BadInputException if there is no such user, or it is the one who asks
     */
    @Transactional
    public Secret resetPassword(String username, CurrentUser by) {
        var row = required(username);
        if (row.username().equals(by.username())) {
            throw new BadInputException("This is your own account.", "Change your password on your account page.");
        }
        requireLocal(row);
        var password = RandomText.password();
        store(row, password, true);
        // Whoever knew the old password may have a browser that counts as the user's.
        devices.forget(row.key());
        LOG.info("Password of {} reset by {}", row.username(), by.username());
        return password;
    }

    /** Until when new browsers cannot log in as this user because of failed logins, empty where they can. */
    public Optional<Instant> lockedUntil(String username) {
        return throttle.lockedUntil(username);
    }

    /**
     * Lifts the lock that failed logins have put on a user's account.
     *
     * @param by who asks
     * @throws BadInputException if there is no such user
     */
    public void unlock(String username, CurrentUser by) {
        var row = required(username);
        throttle.unlock(row.username());
        LOG.info("Lock of {} lifted by {}", row.username(), by.username());
    }

    /**
     * Changes one's own password and ends all sessions begun with the old one.
     *
     * @throws FieldRefusedException if the current password is wrong, or the new one is not allowed or the same
     */
    @Transactional
    public void changePassword(CurrentUser user, Secret current, Secret chosen) {
        var row = required(user.username());
        requireLocal(row);
        if (!passwords.matches(current.reveal(), row.passwordHash())) {
            throw new FieldRefusedException("current", "The current password is wrong.", "Type it again.");
        }
        policy.check(row.username(), row.displayName(), chosen);
        if (current.equals(chosen)) {
            throw new FieldRefusedException("chosen", "The new password is the current one.", "Choose another.");
        }
        store(row, chosen, false);
        LOG.info("User {} changed the password", row.username());
    }

    private static void requireLocal(UserRow row) {
        if (row.external()) {
            throw new BadInputException(row.username() + " logs in at a provider and has no password here.",
                    "Change it there.");
        }
    }

    private void store(UserRow row, Secret password, boolean temporary) {
        try {
            rows.save(row.withPassword(hash(password), temporary));
        } catch (OptimisticLockingFailureException e) {
            throw changedMeanwhile(row, e);
        }
    }

    private static BadInputException changedMeanwhile(UserRow row, OptimisticLockingFailureException cause) {
        return new BadInputException("User " + row.username() + " was changed by somebody else at the same moment.",
                "Look at the user as it is now, then try again.", cause);
    }

    private UserRow required(String username) {
        var name = normal(username);
        return rows.findByUsername(name)
                .orElseThrow(() -> new BadInputException("There is no such user.", "Choose one from the list."));
    }

    private static String displayName(String given) {
        var name = given.strip();
        if (name.isEmpty() || name.length() > 120 || name.chars().anyMatch(Character::isISOControl)) {
            throw new FieldRefusedException("displayName", "The name is empty, too long or has control characters.",
                    "Write a name of up to 120 characters.");
        }
        return name;
    }

    private String hash(Secret password) {
        var hash = passwords.encode(password.reveal());
        if (hash == null) {
            throw new IllegalStateException("The password encoder returned nothing");
        }
        return hash;
    }

    private static List<String> ids(Set<Role> roles) {
        return roles.stream().sorted().map(Role::id).toList();
    }

    private static String normal(String username) {
        return username.strip().toLowerCase(Locale.ROOT);
    }
}
