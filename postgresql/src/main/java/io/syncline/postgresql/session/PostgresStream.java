package io.syncline.postgresql.session;

import io.syncline.api.model.StreamId;

/** A PostgreSQL database has one stream of changes: its slot's. */
public final class PostgresStream {

    public static final StreamId ID = new StreamId("slot");

    private PostgresStream() {}
}
