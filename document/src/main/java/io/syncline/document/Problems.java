package io.syncline.document;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Everything that is wrong with one file, told at once. */
final class Problems {

    private record Problem(Place place, String text) {}

    private final String file;
    private final List<Problem> found = new ArrayList<>();

    /** @param file as messages name it */
    Problems(String file) {
        this.file = file;
    }

    /** Notes what is wrong with the file as a whole, before its values are known. */
    void add(Place place, String text) {
        found.add(new Problem(place, text));
    }

    void add(Place place, DocumentPath path, String text) {
        found.add(new Problem(place, path + ": " + text));
    }

    /** @throws SyncException TASK_FILE_INVALID with all problems, in the order of the file, when there are any */
    void throwIfAny() {
        if (found.isEmpty()) {
            return;
        }
        String lines = found.stream()
                .sorted(Comparator.comparing(Problem::place).thenComparing(Problem::text))
                .distinct()
                .map(problem -> file + ":" + problem.place.line() + ":" + problem.place.column() + ": " + problem.text)
                .collect(Collectors.joining("\n"));
        throw new SyncException(
                ErrorCode.TASK_FILE_INVALID,
                "The task file is not valid, so nothing was started.\n" + lines,
                "Correct the file. The command `syncline schema` prints all that is allowed.");
    }
}
