package dev.ferryman.web.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.schemachange.Origin;
import dev.ferryman.schemachange.Review;
import dev.ferryman.schemachange.ReviewContext;
import dev.ferryman.schemachange.SqlReviews;
import dev.ferryman.schemachange.SqlScript;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.multipart.MultipartFile;

/** SQL in, the same SQL annotated out. Nothing is run and nothing is kept. */
@Controller
final class SqlReviewPages {
    private static final String PAGE = "schema-changes/review";
    private static final String NEWEST = String.valueOf(ReviewContext.NEWEST_VERSION);
    private static final String TARGET = "target:";

    private final SqlReviews reviews;

    SqlReviewPages(SqlReviews reviews) {
        this.reviews = reviews;
    }

    @GetMapping("/schema-changes/review")
    String form(Model model) {
        return show(model, "", NEWEST, "");
    }

    @PostMapping("/schema-changes/review")
    String review(@RequestParam(defaultValue = "") String sql,
            @RequestParam(required = false) @Nullable MultipartFile file,
            @RequestParam(defaultValue = "") String server, @RequestParam(defaultValue = "") String origin,
            HttpServletResponse response, Model model) {
        String text = sql;
        try {
            String name = "SQL";
            if (file != null && !file.isEmpty()) {
                text = text(file);
                name = Objects.requireNonNullElse(file.getOriginalFilename(), "file");
            } else {
                text = sql.replace("\r\n", "\n");
            }
            if (text.isBlank()) {
                throw new BadInputException("There is no SQL to review.", "Paste it, or choose a file.");
            }
            model.addAttribute("review", review(name, text, server, origin));
        } catch (BadInputException e) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            model.addAttribute("alert", new Notice(Objects.requireNonNullElse(e.getMessage(), ""), e.next()));
        }
        return show(model, text, server, origin);
    }

    private Review review(String name, String text, String server, String origin) {
        SqlScript script = Stream.of(Origin.values()).filter(each -> each.word().equals(origin)).findFirst()
                .map(each -> new SqlScript(name, text, each)).orElseGet(() -> SqlScript.of(name, text));
        if (server.startsWith(TARGET)) {
            return reviews.forTarget(script, server.substring(TARGET.length()));
        }
        try {
            return reviews.forVersion(script, Integer.parseInt(server.isEmpty() ? NEWEST : server));
        } catch (NumberFormatException e) {
            throw new BadInputException("‘" + server + "’ is no version of PostgreSQL.", "Choose one of the list.", e);
        }
    }

    private static String text(MultipartFile file) {
        try {
            if (file.getSize() > 4L * SqlReviews.MOST_CHARACTERS) {
                throw new BadInputException("The file is too large.", "Review it with: ferryman lint FILE.sql");
            }
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file.getBytes())).toString()
                    .replace("\r\n", "\n");
        } catch (CharacterCodingException e) {
            throw new BadInputException("The file is no text in UTF-8.", "Save it in UTF-8.", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String show(Model model, String sql, String server, String origin) {
        model.addAttribute("sql", sql);
        model.addAttribute("server", server.isEmpty() ? NEWEST : server);
        model.addAttribute("origin", origin);
        model.addAttribute("origins", List.of(Origin.values()));
        model.addAttribute("targets", reviews.targets());
        model.addAttribute("versions", IntStream
                .rangeClosed(ReviewContext.OLDEST_VERSION, ReviewContext.NEWEST_VERSION).boxed().toList().reversed());
        return PAGE;
    }
}
