package io.syncline.bench.debezium;

import io.debezium.embedded.Connect;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Properties;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Decodes a slot from where it stands to the first row of {@code bench_marker} and prints how many rows came and the seconds from the first to the last of them.
 * Settings are Debezium's defaults, but for the snapshot, which is left out.
 */
public final class DebeziumDecode {

    private static final String TOPICS = "bench";

    private DebeziumDecode() {}

    /**
     * @param arguments {@code HOST:PORT/DATABASE SLOT}; the password of the user {@code bench} is in the environment variable {@code PEERS_PASSWORD}
     */
    public static void main(String[] arguments) throws IOException {
        var counter = new RowCounter(TOPICS + ".public.bench_marker");
        // Nobody waits for the end in another thread: the consumer ends the process, which holds nothing that matters.
        DebeziumEngine.CompletionCallback ended = (success, message, error) -> {
            System.err.println("The engine ended before the marker came: " + message);
            if (error != null) {
                error.printStackTrace();
            }
            Runtime.getRuntime().halt(1);
        };
        DebeziumEngine.ChangeConsumer<ChangeEvent<SourceRecord, SourceRecord>> consumer = (records, committer) -> {
            for (ChangeEvent<SourceRecord, SourceRecord> event : records) {
                if (counter.sawLast(event.destination())) {
                    System.out.println(counter.result());
                    System.out.flush();
                    Runtime.getRuntime().halt(0);
                }
                committer.markProcessed(event);
            }
            committer.markBatchFinished();
        };
        try (DebeziumEngine<ChangeEvent<SourceRecord, SourceRecord>> engine = DebeziumEngine.create(Connect.class)
                .using(settings(URI.create("postgresql://" + arguments[0]), arguments[1]))
                .using(ended)
                .notifying(consumer)
                .build()) {
            engine.run();
        }
    }

    private static Properties settings(URI address, String slot) {
        var settings = new Properties();
        settings.setProperty("name", "bench");
        settings.setProperty("topic.prefix", TOPICS);
        settings.setProperty("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        settings.setProperty("offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
        settings.setProperty("database.hostname", address.getHost());
        settings.setProperty("database.port", Integer.toString(address.getPort()));
        settings.setProperty("database.dbname", address.getPath().substring(1));
        settings.setProperty("database.user", "bench");
        settings.setProperty("database.password", System.getenv("PEERS_PASSWORD"));
        settings.setProperty("plugin.name", "pgoutput");
        settings.setProperty("slot.name", slot);
        settings.setProperty("publication.name", "bench");
        settings.setProperty("publication.autocreate.mode", "disabled");
        settings.setProperty("snapshot.mode", "no_data");
        return settings;
    }

    /** Counts until the marker comes. For one thread: the engine hands over one batch after the other. */
    private static final class RowCounter {
        private final String markerTopic;
        private long rows;
        private long first;

        RowCounter(String markerTopic) {
            this.markerTopic = markerTopic;
        }

        /** Whether this was the last row. */
        boolean sawLast(String topic) {
            if (rows++ == 0) {
                first = System.nanoTime();
            }
            return topic.equals(markerTopic);
        }

        String result() {
            return String.format(Locale.ROOT, "%d %.3f", rows, (System.nanoTime() - first) / 1e9);
        }
    }
}
