package dev.ferryman.demo;

import dev.ferryman.access.Role;
import dev.ferryman.access.Users;
import dev.ferryman.endpoint.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One person per role. Their passwords are made at the first start and kept beside the rest of the demo. */
final class DemoTeam {
    /**
     * @param username what he or she logs in as: the role's id
     * @param name for people
     * @param task what he or she does in the cutover of the demo
     */
    record Member(Role role, String username, String name, String task) {
        Member(Role role, String name, String task) {
            this(role, role.id(), name, task);
        }
    }

    static final List<Member> MEMBERS = List.of(new Member(Role.OPERATOR, "Olga Berg", "runs the steps"),
            new Member(Role.DBA, "Deniz Aydin", "answers for both databases"),
            new Member(Role.DEVOPS_LEAD, "Dora Lind", "switches the application"),
            new Member(Role.TECH_LEAD, "Tomas Reyes", "signs go and close"),
            new Member(Role.QA_LEAD, "Quinn Abe", "signs that the data is right"),
            new Member(Role.PRODUCT_OWNER, "Priya Nair", "books the window, signs close"),
            new Member(Role.VIEWER, "Vera Stone", "looks"),
            new Member(Role.ADMINISTRATOR, "Ada Frost", "manages users"));

    // Without 0/o and 1/l/i: a password is read from a terminal and typed.
    private static final String ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Users users;
    private final Path file;

    DemoTeam(Users users, Path file) {
        this.users = users;
        this.file = file;
    }

    /**
     * Creates who is missing.
     *
     * @return the passwords as they were at the first start, by username
     */
    Map<String, String> assemble() throws IOException {
        // The file first: a start that is cut short between the two goes on with the passwords it made.
        Map<String, String> passwords = read(PrivateFile.keep(file, DemoTeam::fresh));
        MEMBERS.stream().filter(member -> users.find(member.username()).isEmpty()).parallel()
                .forEach(member -> users.create(member.username(), member.name(), Set.of(member.role()),
                        Secret.of(passwords.getOrDefault(member.username(), password()))));
        return passwords;
    }

    private static String fresh() {
        var text = new StringBuilder("# The demo's users and the passwords they were given at the first start\n");
        MEMBERS.forEach(member -> text.append(member.username()).append(' ').append(password()).append('\n'));
        return text.toString();
    }

    private static Map<String, String> read(String text) {
        var passwords = new LinkedHashMap<String, String>();
        text.lines().filter(line -> !line.startsWith("#")).map(line -> line.split(" ", 2))
                .filter(parts -> parts.length == 2).forEach(parts -> passwords.put(parts[0], parts[1]));
        return passwords;
    }

    /** Three groups of four characters, about 59 bits. */
    private static String password() {
        var text = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            if (i > 0 && i % 4 == 0) {
                text.append('-');
            }
            text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }
}
