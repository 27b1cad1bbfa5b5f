package io.syncline.engine.stream;

import io.syncline.api.port.Applier;

/** The destination as the applying stage uses it. */
record ApplyPorts(Applier applier, ShapedChanges shaping) implements AutoCloseable {

    @Override
    public void close() {
        try (shaping) {
            applier.close();
        }
    }
}
