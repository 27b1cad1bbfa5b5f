package io.syncline.cli.types;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A type and its literals, as {@code types.txt} lists them.
 *
 * @param type as SQL names it
 * @param key whether it can be a key
 * @param since the first major release that has it
 */
record TypeTable(String type, boolean key, int since, List<Literal> literals) {

    private static final String FILE = "types.txt";

    /**
     * A value of the type.
     *
     * @param sql a string literal
     * @param twin another one, which is the same key and prints otherwise
     */
    record Literal(String sql, @Nullable String twin) {}

    /** The types that a major release has. */
    static List<TypeTable> of(int major) {
        return all().stream().filter(table -> table.since <= major).toList();
    }

    private static List<TypeTable> all() {
        List<TypeTable> tables = new ArrayList<>();
        InputStream file = Objects.requireNonNull(TypeTable.class.getResourceAsStream(FILE), FILE);
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("    ")) {
                    tables.getLast().literals.add(literal(line));
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    tables.add(head(line));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return tables;
    }

    private static TypeTable head(String line) {
        List<String> parts = List.of(line.split(" \\| ", -1));
        int since = parts.size() < 3 ? 0 : Integer.parseInt(parts.get(2).replace("since ", ""));
        return new TypeTable(parts.get(0), parts.get(1).equals("key"), since, new ArrayList<>());
    }

    private static Literal literal(String line) {
        List<String> twins = List.of(line.strip().split(" == ", -1));
        return new Literal(twins.getFirst(), twins.size() < 2 ? null : twins.get(1));
    }
}
