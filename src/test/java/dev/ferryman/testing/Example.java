package dev.ferryman.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Examples of the documentation, so that tests run what people copy. */
public final class Example {
    private Example() {}

    /** The fenced block below {@code src/docs} that follows the mention of a file. */
    public static String from(String document, String file) throws IOException {
        String text = Files.readString(Path.of("src/docs", document));
        Matcher block = Pattern
                .compile("`" + Pattern.quote(file) + "`[^\\n]*:\\n\\n```\\w*\\n(.*?)\\n```", Pattern.DOTALL)
                .matcher(text);
        if (!block.find()) {
            throw new IllegalStateException(document + " has no example of " + file);
        }
        return block.group(1) + "\n";
    }
}
