package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.cli.endtoend.LinkUnderFault.End;
import io.syncline.embedded.PostgresServer;
import io.syncline.embedded.ShutdownMode;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.proxy.Cut;
import io.syncline.testkit.proxy.Direction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What happens to one end of a link while the run stands still in the middle of something. */
enum Fault {
    /** The server is shut down in an orderly way and started again. */
    FAST_RESTART,
    /** The server crashes and is started again. */
    IMMEDIATE_RESTART,
    /** All connections end with FIN. */
    CUT,
    /** All connections end with RST. */
    RESET,
    /** No byte passes, for longer than a walsender waits for its client and a lease lives without being renewed. */
    STALL,
    /** Every byte is late for a while. */
    DELAY;

    private static final Duration STALLED = Duration.ofSeconds(12);
    private static final Duration DELAYED = Duration.ofSeconds(5);
    /** So little that a session is opened in a fraction of a walsender's patience. */
    private static final Duration LATENCY = Duration.ofMillis(50);

    /** Strikes, lets the run go on, and ends the fault. */
    void strike(End end, RunningProcess run) {
        assertThat(end.proxy().connections())
                .as("connections that the fault hits")
                .isPositive();
        switch (this) {
            case FAST_RESTART -> restart(ShutdownMode.FAST, end.server(), run);
            case IMMEDIATE_RESTART -> restart(ShutdownMode.IMMEDIATE, end.server(), run);
            case CUT -> cut(Cut.END, end, run);
            case RESET -> cut(Cut.RESET, end, run);
            case STALL -> {
                end.proxy().stall();
                run.goOn();
                awaitPassing(STALLED);
                end.proxy().flow();
            }
            case DELAY -> {
                delay(end, LATENCY);
                run.goOn();
                awaitPassing(DELAYED);
                delay(end, Duration.ZERO);
            }
        }
    }

    /** A source that shuts down waits until its clients have confirmed what it sent, so the run goes on as soon as it can see that. */
    private static void restart(ShutdownMode mode, PostgresServer server, RunningProcess run) {
        CompletableFuture<Void> stop = CompletableFuture.runAsync(() -> server.stop(mode));
        Await.until("the server takes no connections", TaskUnderTest.LIMIT, () -> !takesConnections(server));
        run.goOn();
        stop.join();
        server.start();
    }

    private static boolean takesConnections(PostgresServer server) {
        try (Connection connection = server.connect("postgres")) {
            return connection.isValid(0);
        } catch (SQLException _) {
            return false;
        }
    }

    private static void cut(Cut how, End end, RunningProcess run) {
        end.proxy().cut(how);
        run.goOn();
    }

    private static void delay(End end, Duration latency) {
        end.proxy().delay(Direction.TO_SERVER, latency);
        end.proxy().delay(Direction.TO_CLIENT, latency);
    }

    private static void awaitPassing(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        Await.until("time passes", time.multipliedBy(2), () -> System.nanoTime() >= end);
    }
}
