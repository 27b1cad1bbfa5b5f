package io.syncline.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/**
 * {@code syncline rehearse}, for the launcher: takes a small task through every command, on servers of its own, so that the JVM that watches (JEP 483 and 515,
 * {@code -XX:AOTCacheOutput}) learns which classes and methods a run needs, and later starts have them ready.
 */
@Command(
        name = "rehearse",
        hidden = true,
        description = "Goes through all commands once, on servers of its own; the launcher's way to quick starts.")
public final class RehearseCommand implements Callable<Integer> {

    private static final long ROWS = 60_000;

    /** Enough for every path of the stream: few changes at a time, and many. */
    private static final String CHANGES = """
            UPDATE shop.order_lines SET quantity = quantity + 1;
            INSERT INTO shop.events (kind) SELECT 'rehearsal ' || n FROM generate_series(1, 3000) AS n;
            UPDATE shop.events SET id = gen_random_uuid() WHERE kind LIKE 'rehearsal 1%';
            DELETE FROM shop.events WHERE kind = 'rehearsal 7';
            """;

    private static final String UNTIL_CAUGHT_UP = "--until=caught-up";

    private final Consumer<String[]> syncline;

    /** @param syncline runs a command line as a process of its own would */
    public RehearseCommand(Consumer<String[]> syncline) {
        this.syncline = syncline;
    }

    @Override
    public Integer call() throws SQLException, IOException {
        Path folder = Files.createTempDirectory(
                "syncline-rehearsal",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path secret = folder.resolve("password");
        Path task = folder.resolve("rehearsal.yaml");
        try (DemoServers servers = DemoServers.start()) {
            Files.writeString(secret, DemoServers.PASSWORD);
            Files.writeString(task, servers.task("rehearsal", "file:" + secret));
            rehearse(servers, task.toString());
        } finally {
            Files.deleteIfExists(task);
            Files.deleteIfExists(secret);
            Files.delete(folder);
        }
        return 0;
    }

    private void rehearse(DemoServers servers, String task) throws SQLException {
        try (Connection connection = servers.connectToShop();
                Statement statement = connection.createStatement()) {
            Shop.ofRows(ROWS).create(connection);
            run(List.of("precheck", task), List.of("run", task, UNTIL_CAUGHT_UP));
            statement.execute(CHANGES);
            run(
                    List.of("run", task, UNTIL_CAUGHT_UP, "--json"),
                    List.of("compare", task),
                    List.of("status", task),
                    List.of("clean", task),
                    List.of("schema"));
        }
    }

    @SafeVarargs
    private void run(List<String>... commands) {
        for (List<String> command : commands) {
            syncline.accept(command.toArray(String[]::new));
        }
    }
}
