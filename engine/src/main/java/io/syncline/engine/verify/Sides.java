package io.syncline.engine.verify;

import org.jspecify.annotations.Nullable;

/** What both ends hold under a key; null is "no row". */
record Sides(@Nullable Long source, @Nullable Long destination) {

    Difference.Kind kind() {
        if (source == null) {
            return Difference.Kind.EXTRA;
        }
        return destination == null ? Difference.Kind.MISSING : Difference.Kind.CHANGED;
    }
}
