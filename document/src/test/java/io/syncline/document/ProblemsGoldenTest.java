package io.syncline.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every class of problem, with its exact words: {@code problems/*.yaml} and {@code .json} beside the expected {@code .txt}. With
 * {@code -Dsyncline.golden=write} the expected texts are written anew; read the difference before you keep it.
 */
class ProblemsGoldenTest {

    private static final Path FOLDER = Path.of("src/test/resources/io/syncline/document/problems");

    private final TaskReader reader = new TaskReader(
            TaskSchema.of(List.of(new SampleConnector("sample"), new SampleConnector("other"))),
            Map.of("SET", "top-secret", "EMPTY", ""));

    static Stream<String> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".txt"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void tellsProblemsInTheseWords(String name) throws IOException {
        SyncException failure = catchThrowableOfType(SyncException.class, () -> reader.read(FOLDER.resolve(name)));

        assertThat(failure).as("the file is refused").isNotNull();
        assertThat(failure.code()).isEqualTo(ErrorCode.TASK_FILE_INVALID);
        assertThat(failure).hasMessageNotContaining("top-secret").hasMessageNotContaining("hunter2");
        String told = String.valueOf(failure.getMessage()).replace(FOLDER + "/", "") + "\n";
        Path expected = FOLDER.resolve(name.replaceAll("\\.[a-z]+$", ".txt"));
        if ("write".equals(System.getProperty("syncline.golden"))) {
            Files.writeString(expected, told);
        }
        assertThat(told).isEqualTo(Files.readString(expected));
    }
}
