package io.syncline.api.task;

import java.util.Locale;

/** How names are written at the destination where the task file says nothing else of them. */
public enum Capitalization {
    /** As at the source. */
    SOURCE,
    LOWER,
    UPPER;

    public String of(String name) {
        return switch (this) {
            case SOURCE -> name;
            case LOWER -> name.toLowerCase(Locale.ROOT);
            case UPPER -> name.toUpperCase(Locale.ROOT);
        };
    }
}
