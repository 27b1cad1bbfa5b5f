package io.syncline.cli.endtoend;

import java.util.List;

/** What {@code grants} has printed: statements of either end, without what it says of them. */
record PrintedGrants(List<String> lines) {

    static PrintedGrants of(TaskUnderTest task) {
        return new PrintedGrants(task.finish("grants").requireCode(0).stdout());
    }

    String source() {
        return statements(lines.subList(0, border()));
    }

    String destination() {
        return statements(lines.subList(border(), lines.size()));
    }

    private static String statements(List<String> part) {
        return String.join(
                "\n",
                part.stream()
                        .filter(line -> !line.startsWith("--") && !line.isEmpty())
                        .toList());
    }

    private int border() {
        for (int line = 0; line < lines.size(); line++) {
            if (lines.get(line).startsWith("-- Destination ")) {
                return line;
            }
        }
        throw new AssertionError("nothing is said of the destination");
    }
}
