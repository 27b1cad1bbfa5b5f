package io.syncline.postgresql.stream.message;

import io.syncline.api.model.ChangeEvent;
import org.jspecify.annotations.Nullable;

/** Turns the messages of an output plugin into change events. Every message of a stream passes through one decoder, in order. */
public interface MessageDecoder {

    /**
     * The event of a message; null when it has none of its own.
     *
     * @param frame kept by the events' rows: nobody else may change its bytes any more
     * @param offset where the message begins, behind its {@link DataHeader}; it ends with the array
     * @throws io.syncline.api.error.SyncException INVARIANT_BROKEN when the message cannot be read, SOURCE_SCHEMA_CHANGED when it is of a table that has changed
     */
    @Nullable
    ChangeEvent decode(byte[] frame, int offset);

    /** True between a transaction's first message and its last. */
    boolean isInTransaction();
}
