package io.syncline.engine.verify;

import java.util.List;

/**
 * A row that differs.
 *
 * @param key as the options show it: {@code id=5}, or a hash
 * @param columns the columns that differ, for {@link Kind#CHANGED}; with the values of both ends when the options show values
 */
public record Difference(Kind kind, String key, List<String> columns) {

    public enum Kind {
        /** At the source only. */
        MISSING,
        /** At the destination only. */
        EXTRA,
        CHANGED,
        /** It changed faster than it could be read; not known to differ. */
        UNSETTLED
    }

    public Difference {
        columns = List.copyOf(columns);
    }
}
