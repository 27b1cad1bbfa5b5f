package io.syncline.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a class file cannot tell: the sources of all modules. */
class SourceFilesTest {
    private static final int MAX_LINES = 500;

    @Test
    void filesAreShort() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : sources()) {
            int lines = Files.readAllLines(file).size();
            if (lines > MAX_LINES) {
                tooLong.add(file + " has " + lines + " lines");
            }
        }
        assertThat(tooLong)
                .as("A file of more than %d lines has two duties: move one into a file of its own", MAX_LINES)
                .isEmpty();
    }

    @Test
    void packagesAreNullMarkedAndExplained() throws IOException {
        List<Path> packages = sources().stream().map(Path::getParent).distinct().toList();
        assertThat(packages)
                .isNotEmpty()
                .allSatisfy(folder -> assertThat(folder.resolve("package-info.java"))
                        .as("NullAway looks at @NullMarked packages only: add it, with a paragraph that says what the"
                                + " package is for")
                        .content()
                        .contains("/**", "@NullMarked"));
    }

    /** The Java files that are part of the product. */
    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (Path folder : sourceFolders()) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        return sources;
    }

    /** The working directory of a test is its module, whose neighbours are the others. */
    private static List<Path> sourceFolders() throws IOException {
        try (Stream<Path> modules = Files.list(Path.of("").toAbsolutePath().getParent())) {
            return modules.map(module -> module.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .toList();
        }
    }
}
