package io.syncline.postgresql.session;

import io.syncline.api.task.Endpoint;
import java.util.Locale;

/** Where the task file says that the log of a Greenplum source is read. */
public enum LogPlace {
    /** At the coordinator where that can be done, which is tried; else from the segments. */
    AUTO,
    SEGMENTS,
    /** As that of a PostgreSQL server. */
    COORDINATOR;

    static final String KEY = "log";

    /** The JSON Schema of it, for {@link ConnectionOptions#SCHEMA}. */
    static final String SCHEMA = """
            {
              "enum": ["auto", "segments", "coordinator"],
              "default": "auto",
              "description": "Source, Greenplum: where the log is read. segments: one of each primary segment. coordinator: the coordinator's, which AnalyticDB for PostgreSQL can decode from 7.2.1.4 on. auto: the segments', unless a trial reads the coordinator's: then the task file has to say which."
            }""";

    /** Reads an option that was checked against {@link #SCHEMA}. */
    public static LogPlace of(Endpoint source) {
        return source.options().get(KEY) instanceof String word ? valueOf(word.toUpperCase(Locale.ROOT)) : AUTO;
    }

    /** In the task file. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
