package io.syncline.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The index of invariants and traps in docs/design/tests.md tells the truth about code and tests. */
class TrapIndexTest {

    private static final Pattern INVARIANT = Pattern.compile("^\\| \\*\\*(I\\d+)\\*\\* \\|", Pattern.MULTILINE);
    private static final Pattern TRAP = Pattern.compile("^<a id=\"t(\\d+)\"></a>", Pattern.MULTILINE);
    private static final Pattern ENTRY =
            Pattern.compile("^\\| ([IT]\\d+) \\| ([^|]+) \\| ([^|]+) \\|$", Pattern.MULTILINE);
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

    private final Path root = Path.of("..").toAbsolutePath().normalize();

    private record Entry(String number, List<String> places, List<String> tests) {}

    @Test
    void everyInvariantAndTrapIsListed() throws IOException {
        TreeSet<String> known = new TreeSet<>(found(INVARIANT, "invariants.md"));
        found(TRAP, "traps.md").forEach(number -> known.add("T" + number));
        assertThat(entries())
                .extracting(Entry::number)
                .as("docs/design/tests.md needs one row for each number of invariants.md and traps.md, and no other")
                .containsExactlyInAnyOrderElementsOf(known);
    }

    @Test
    void everyListedClassCitesItsNumber() throws IOException {
        Map<String, List<Path>> classes = sources("src/main/java");
        for (Entry entry : entries()) {
            Pattern citation = Pattern.compile("\\b" + entry.number() + "\\b");
            assertThat(entry.places())
                    .as(entry.number())
                    .isNotEmpty()
                    .allSatisfy(place -> assertThat(texts(classes.get(place)))
                            .as(
                                    "%s is where the rule of %s is, so one of its lines must name the number",
                                    place, entry.number())
                            .anyMatch(text -> citation.matcher(text).find()));
        }
    }

    @Test
    void everyListedTestExistsAndTheFirstIsNamedAfterItsNumber() throws IOException {
        Map<String, List<Path>> classes = sources("src/test/java");
        for (Entry entry : entries()) {
            assertThat(entry.tests()).as("tests of %s", entry.number()).isNotEmpty();
            String prefix = entry.number().toLowerCase(Locale.ROOT);
            assertThat(entry.tests().getFirst())
                    .as("the first test of %s must be named after it", entry.number())
                    .matches("\\w+\\." + prefix + "[A-Z]\\w*");
            for (String test : entry.tests()) {
                String[] names = test.split("\\.", -1);
                Pattern method = Pattern.compile("\\bvoid " + Pattern.quote(names[1]) + "\\(");
                assertThat(texts(classes.get(names[0])))
                        .as("%s lists the test %s, which does not exist", entry.number(), test)
                        .anyMatch(text -> method.matcher(text).find());
            }
        }
    }

    private List<Entry> entries() throws IOException {
        return ENTRY.matcher(read("tests.md"))
                .results()
                .map(row -> new Entry(row.group(1), quoted(row.group(2)), quoted(row.group(3))))
                .toList();
    }

    private static List<String> quoted(String cell) {
        return QUOTED.matcher(cell).results().map(quote -> quote.group(1)).toList();
    }

    private List<String> found(Pattern pattern, String document) throws IOException {
        return pattern.matcher(read(document))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private String read(String document) throws IOException {
        return Files.readString(root.resolve("docs/design").resolve(document));
    }

    private static List<String> texts(@Nullable List<Path> files) {
        List<String> texts = new ArrayList<>();
        for (Path file : files == null ? List.<Path>of() : files) {
            try {
                texts.add(Files.readString(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return texts;
    }

    /** Java files of all modules by class name. */
    private Map<String, List<Path>> sources(String folder) throws IOException {
        Map<String, List<Path>> byName = new TreeMap<>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path module : modules.map(path -> path.resolve(folder))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(module)) {
                    files.filter(file -> file.toString().endsWith(".java"))
                            .forEach(file -> byName.computeIfAbsent(
                                            file.getFileName().toString().replace(".java", ""), _ -> new ArrayList<>())
                                    .add(file));
                }
            }
        }
        return byName;
    }
}
