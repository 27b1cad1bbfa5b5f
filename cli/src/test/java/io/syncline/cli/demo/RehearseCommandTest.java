package io.syncline.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the launcher has the JVM watch. */
class RehearseCommandTest {

    private final List<String> commands = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();

    @Test
    void everyCommandIsRehearsedAndNothingStays() throws SQLException, IOException {
        new RehearseCommand(this::take).call();

        assertThat(commands).containsExactly("precheck", "run", "run", "compare", "status", "clean", "schema");
        assertThat(files)
                .hasSize(6)
                .allSatisfy(file -> assertThat(file.getParent())
                        .as("the rehearsal's folder")
                        .doesNotExist());
    }

    private void take(String... command) {
        commands.add(command[0]);
        if (command.length > 1) {
            Path file = Path.of(command[1]);
            assertThat(Files.exists(file)).as("the task file").isTrue();
            files.add(file);
        }
    }
}
