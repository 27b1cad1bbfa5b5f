package io.syncline.cli.reference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The shipped page has every key of the shipped schema, which is what the program prints (CommandLineTest). */
class KeysPageTest {

    private static final Path REFERENCE = Path.of("..", "docs", "reference");

    @Test
    void pageIsTheSchema() throws IOException {
        JsonNode schema =
                new JsonMapper().readTree(REFERENCE.resolve("task.schema.json").toFile());
        Path shipped = REFERENCE.resolve("task-keys.md");
        String made = KeysPage.of(schema);
        if ("write".equals(System.getProperty("syncline.golden"))) {
            Files.writeString(shipped, made);
        }
        assertThat(made)
                .as("written anew by -Dsyncline.golden=write")
                .isEqualTo(Files.readString(shipped))
                .contains("`objects`", "`throttle", "tlsRootCertificate");
    }
}
