package dev.ferryman.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ferryman.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Real files of real applications, kept beside the project, moved whole to both versions of PostgreSQL. */
class CorpusTest {
    private static final Path CORPUS = Path.of("..", "shared", "corpus");

    @TempDir
    Path directory;

    @TestFactory
    Stream<DynamicTest> every_file_arrives_without_a_difference() throws Exception {
        assumeTrue(Files.isDirectory(CORPUS), "no corpus at " + CORPUS.toAbsolutePath().normalize());
        try (var files = Files.list(CORPUS)) {
            return files.filter(file -> file.toString().matches(".*\\.(db|sqlite)")).sorted().toList().stream()
                    .flatMap(file -> Stream.of(test(file, 18), test(file, 15)));
        }
    }

    private DynamicTest test(Path file, int version) {
        return DynamicTest.dynamicTest(file.getFileName() + " into PostgreSQL " + version, () -> {
            var server = version == 15 ? TestPostgres.fifteen() : TestPostgres.newest();
            Path source = Files.copy(file, directory.resolve(version + "-" + file.getFileName()));
            try (var database = server.freshDatabase()) {
                Invocation copy = Invocation.of("copy", "--source", source.toString(), "--target", database.url(),
                        "--snapshot-dir", directory.toString());
                assertThat(copy.status()).as(copy.out() + copy.err()).isZero();
                Invocation verification = Invocation.of("verify", "--source", source.toString(), "--target",
                        database.url(), "--snapshot-dir", directory.toString());
                assertThat(verification.status()).as(verification.out() + verification.err()).isZero();
                assertThat(verification.out()).contains("is equal.");
            }
        });
    }
}
