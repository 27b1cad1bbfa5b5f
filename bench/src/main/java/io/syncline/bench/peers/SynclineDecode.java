package io.syncline.bench.peers;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Position;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.port.ChangeLog;
import io.syncline.api.port.ChangeStream;
import io.syncline.api.port.Connector;
import io.syncline.api.port.SessionOptions;
import io.syncline.api.port.Snapshot;
import io.syncline.api.port.Source;
import io.syncline.api.port.TaskIdentity;
import io.syncline.api.task.Endpoint;
import io.syncline.api.task.HoldBack;
import io.syncline.api.task.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a change log through the product's own port and does nothing with the rows.
 *
 * <p>{@code prepare HOST:PORT/DATABASE NUMBER} makes a log of all tables and prints where it begins; {@code run HOST:PORT/DATABASE NUMBER STREAM POSITION} reads it
 * from there to the first row of {@code bench_marker}, and prints how many rows came and the seconds from the first to the last of them. The password of the user
 * {@code bench} is in the environment variable {@code PEERS_PASSWORD}.
 */
public final class SynclineDecode {

    private static final Duration WAIT = Duration.ofSeconds(1);

    private SynclineDecode() {}

    public static void main(String[] arguments) {
        TaskIdentity task =
                new TaskIdentity("decode", String.format(Locale.ROOT, "decode%02d", Integer.parseInt(arguments[2])));
        try (Source source = open(URI.create("postgresql://" + arguments[1]))) {
            ChangeLog log = source.changeLog(task);
            switch (arguments[0]) {
                case "prepare" -> prepare(log, tables(source));
                case "run" -> run(log, new StreamId(arguments[3]), source.position(arguments[4]));
                default -> throw new IllegalArgumentException("prepare or run, not " + arguments[0]);
            }
        }
    }

    private static Source open(URI address) {
        Endpoint endpoint = new Endpoint(
                "postgresql",
                Map.of(
                        "host",
                        address.getHost(),
                        "port",
                        (long) address.getPort(),
                        "database",
                        address.getPath().substring(1),
                        "user",
                        "bench",
                        "password",
                        new Secret(System.getenv("PEERS_PASSWORD"))));
        Connector connector = ServiceLoader.load(Connector.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(candidate -> candidate.type().equals(endpoint.type()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no connector of type " + endpoint.type()));
        return connector
                .source(endpoint, new SessionOptions("syncline bench", ""))
                .orElseThrow(() -> new IllegalStateException(endpoint.type() + " cannot be a source"));
    }

    private static List<TableId> tables(Source source) {
        return source.catalog().tables(table -> true).stream()
                .map(info -> info.schema().table())
                .toList();
    }

    private static void prepare(ChangeLog log, List<TableId> tables) {
        try (Snapshot snapshot = log.create(tables, Set.of())) {
            snapshot.positions()
                    .byStream()
                    .forEach((stream, position) -> System.out.println(stream + " " + position.text()));
        }
    }

    private static void run(ChangeLog log, StreamId stream, Position from) {
        long rows = 0;
        long began = 0;
        try (ChangeStream changes = log.open(stream, from, List.of(), HoldBack.NONE)) {
            boolean more = true;
            while (more) {
                TableId table = tableOf(changes.poll(WAIT));
                if (table != null) {
                    if (rows++ == 0) {
                        began = System.nanoTime();
                    }
                    more = !table.name().equals("bench_marker");
                }
            }
            System.out.printf(Locale.ROOT, "%d %.3f%n", rows, (System.nanoTime() - began) / 1e9);
        }
    }

    /** The table of an event that is a row, else null. */
    private static @Nullable TableId tableOf(@Nullable ChangeEvent event) {
        return event instanceof ChangeEvent.RowChange change ? change.table().table() : null;
    }
}
