package io.syncline.cli.demo;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.task.Task;
import io.syncline.cli.output.Amounts;
import io.syncline.cli.output.CompareText;
import io.syncline.cli.output.Display;
import io.syncline.cli.task.UseCases;
import io.syncline.engine.stream.StreamProgress;
import io.syncline.engine.task.RunOptions;
import io.syncline.engine.task.TaskRunner;
import io.syncline.engine.task.TaskState;
import io.syncline.engine.verify.CompareOptions;
import io.syncline.engine.verify.CompareReport;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/** One demo, from empty servers to the summary. */
final class Demo {

    /** Far more than a slow machine needs; a demo that hangs must end. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** What comparing and stopping take, about. */
    private static final Duration ENDING = Duration.ofSeconds(12);

    private static final Duration LEAST_SYNCHRONIZING = Duration.ofSeconds(10);

    private final DemoServers servers;
    private final Shop shop;
    private final UseCases useCases;
    private final Display display;
    private final InstantSource clock;

    Demo(DemoServers servers, Shop shop, UseCases useCases, Display display, InstantSource clock) {
        this.servers = servers;
        this.shop = shop;
        this.useCases = useCases;
        this.display = display;
        this.clock = clock;
    }

    void fill() throws SQLException {
        display.say("Filling a shop with " + Amounts.count(shop.rows()) + " rows ...");
        try (Connection connection = servers.connectToShop()) {
            shop.create(connection);
        }
    }

    /** A demo whose task runs. */
    final class Running implements AutoCloseable {

        private final Task task;
        private final Instant began;
        private final ShopClients clients = new ShopClients(servers, shop);
        private final RunObserver observer = new RunObserver(display);
        private final TaskRunner runner;

        Running(Task task, Instant began) {
            this.task = task;
            this.began = began;
            this.runner = useCases.run(task, new RunOptions(false, Set.of()), observer);
        }

        /** Runs task and clients for about the given time since the demo began, and compares. */
        DemoSummary synchronize(Duration total) throws SQLException, InterruptedException {
            display.say("Clients keep writing while the task runs.");
            clients.start();
            observer.start(runner);
            require(observer.await(() -> observer.isIn(TaskState.SYNCHRONIZING), PATIENCE), "SYNCHRONIZING");
            observer.await(() -> false, rest(total));
            Optional<StreamProgress> busy = observer.stream();
            clients.pause();
            display.say("The clients pause; waiting until their last change has arrived ...");
            awaitCaughtUp();
            display.say("Comparing both ends ...");
            CompareReport compare = useCases.compare(
                    task,
                    CompareOptions.DEFAULT,
                    table -> CompareText.table(table).forEach(display::say));
            return new DemoSummary(
                    Duration.between(began, clock.instant()),
                    observer.load(),
                    busy,
                    observer.stream(),
                    observer.mostChangesPerSecond(),
                    clients.transactions(),
                    compare);
        }

        /** Lets the clients write and the task run until it is stopped. */
        void keep() throws InterruptedException {
            clients.start();
            observer.await(() -> false, Duration.ofDays(365));
        }

        /** From any thread. */
        void stop() {
            runner.stop();
        }

        /** Stops the run and waits for its end. */
        @Override
        public void close() throws InterruptedException {
            clients.close();
            runner.stop();
            observer.await(() -> observer.outcome().isPresent(), Duration.ofSeconds(30));
        }

        private Duration rest(Duration total) {
            Duration left = total.minus(ENDING).minus(Duration.between(began, clock.instant()));
            return left.compareTo(LEAST_SYNCHRONIZING) < 0 ? LEAST_SYNCHRONIZING : left;
        }

        /** All that was committed lies before a position that is read now; a last transaction carries the stream beyond it. */
        private void awaitCaughtUp() throws SQLException, InterruptedException {
            try (Connection connection = servers.connectToShop();
                    Statement statement = connection.createStatement()) {
                String end;
                try (ResultSet row = statement.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
                    row.next();
                    end = row.getString(1);
                }
                statement.execute("INSERT INTO shop.events (kind) VALUES ('the last one')");
                Instant deadline = clock.instant().plus(PATIENCE);
                while (!hasPassed(connection, end)) {
                    require(clock.instant().isBefore(deadline), "the end of the source's log");
                    observer.await(() -> false, Duration.ofMillis(200));
                }
            }
        }

        private boolean hasPassed(Connection connection, String end) throws SQLException {
            Optional<StreamProgress> stream = observer.stream();
            if (stream.isEmpty()) {
                return false;
            }
            try (PreparedStatement statement = connection.prepareStatement("SELECT ?::pg_lsn >= ?::pg_lsn")) {
                statement.setString(1, stream.get().applied().text());
                statement.setString(2, end);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getBoolean(1);
                }
            }
        }

        private static void require(boolean reached, String what) {
            if (!reached) {
                throw new SyncException(
                        ErrorCode.DESTINATION_BUSY,
                        "the demo did not reach " + what + " within " + Amounts.time(PATIENCE),
                        "Try fewer rows (--rows), or a machine with less other work.");
            }
        }
    }
}
