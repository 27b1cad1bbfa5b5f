package io.syncline.postgresql.stream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What sessions say to a source, and what the stream then says. A file has parts that begin with a line of their own: {@code since N} and {@code until N} (the versions that speak so), {@code tables}
 * (their names, one a line), {@code setup} (a script), {@code run} (one statement a line; {@code 2:} in front names another session than the first), {@code expect}
 * (one event a line). A line that begins with {@code #} is a comment.
 */
record Dialogue(
        String name, int since, int until, List<String> tables, String setup, List<Line> run, List<String> expected) {

    record Line(int session, String sql) {}

    static List<Dialogue> all() throws IOException {
        Path folder = Path.of("src/test/resources/io/syncline/postgresql/stream/dialogues");
        try (Stream<Path> files = Files.list(folder)) {
            List<Dialogue> dialogues = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                dialogues.add(parse(file.getFileName().toString(), Files.readAllLines(file)));
            }
            return dialogues;
        }
    }

    boolean spokenBy(int version) {
        return since <= version && version <= until;
    }

    private static Dialogue parse(String name, List<String> lines) {
        int since = 0;
        int until = Integer.MAX_VALUE;
        List<String> tables = new ArrayList<>();
        StringBuilder setup = new StringBuilder();
        List<Line> run = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        String part = "";
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("since ")) {
                since = Integer.parseInt(line.substring("since ".length()));
            } else if (line.startsWith("until ")) {
                until = Integer.parseInt(line.substring("until ".length()));
            } else if (List.of("tables", "setup", "run", "expect").contains(line)) {
                part = line;
            } else {
                switch (part) {
                    case "tables" -> tables.add(line);
                    case "setup" -> setup.append(line).append('\n');
                    case "run" -> run.add(line(line));
                    case "expect" -> expected.add(line);
                    default -> throw new IllegalArgumentException(name + ": a line outside of any part: " + line);
                }
            }
        }
        return new Dialogue(name, since, until, tables, setup.toString(), run, expected);
    }

    private static Line line(String line) {
        return line.matches("\\d: .*") ? new Line(line.charAt(0) - '0', line.substring(3)) : new Line(1, line);
    }

    @Override
    public String toString() {
        return name;
    }
}
