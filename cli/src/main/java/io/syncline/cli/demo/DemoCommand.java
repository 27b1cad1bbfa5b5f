package io.syncline.cli.demo;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.task.Task;
import io.syncline.cli.command.Context;
import io.syncline.cli.command.ExitCode;
import io.syncline.cli.output.Display;
import io.syncline.document.TaskReader;
import io.syncline.embedded.EmbeddedPostgresException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code syncline demo}. */
@Command(
        name = "demo",
        description = {
            "Shows Syncline at work in about a minute, on two PostgreSQL servers of its own.",
            "Fills a small shop, copies it while clients keep writing, follows their changes, compares, and cleans up."
        })
public final class DemoCommand implements Callable<Integer> {

    private final Context context;
    private final AtomicReference<@Nullable Runnable> stop = new AtomicReference<>();
    private volatile boolean stopped;

    @Option(
            names = "--keep",
            description = "Leaves servers, clients and task running until Ctrl-C, and prints how to connect.")
    private boolean keep;

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "1200000",
            description = "About how many rows the shop has at its start (default: ${DEFAULT-VALUE}).")
    private long rows;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "About how long the demo takes (default: ${DEFAULT-VALUE}).")
    private int seconds;

    public DemoCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        Thread demo = Thread.currentThread();
        try (var _ = context.stopping().during(() -> stop(demo))) {
            return demo();
        } catch (Exception e) {
            if (stopped) {
                return interrupted(); // whatever broke, broke because everything was being ended
            }
            throw e instanceof EmbeddedPostgresException ? unstartable(e) : e;
        }
    }

    private int demo() throws SQLException, InterruptedException, IOException {
        Instant began = context.clock().instant();
        Display display = Display.forPeople(context.output(), context.clock());
        display.say("Starting two PostgreSQL " + DemoServers.VERSION + " servers ...");
        try (DemoServers servers = DemoServers.start()) {
            stop.set(servers::close);
            Demo demo = new Demo(servers, Shop.ofRows(rows), context.useCases().get(), display, context.clock());
            requireGoingOn();
            demo.fill();
            DemoSummary summary = run(demo, task(servers), servers, display, began);
            summary.text().forEach(context.output().out()::println);
            context.output().out().flush();
            return summary.compare().isSame() ? ExitCode.DONE : ExitCode.DIFFERENCES;
        }
    }

    private DemoSummary run(Demo demo, Task task, DemoServers servers, Display display, Instant began)
            throws SQLException, InterruptedException {
        try (Demo.Running running = demo.new Running(task, began)) {
            stop.set(running::stop);
            requireGoingOn();
            DemoSummary summary = running.synchronize(Duration.ofSeconds(seconds));
            if (keep) {
                summary.text().forEach(display::say);
                connections(servers).lines().forEach(display::say);
                running.keep();
            }
            return summary;
        }
    }

    /** The task as a user would write it, read as a user's would be. */
    private Task task(DemoServers servers) throws IOException {
        Path folder = Files.createTempDirectory("syncline-demo");
        Path file = folder.resolve("shop-copy.yaml");
        try {
            Files.writeString(file, servers.task("shop-copy", "env:DEMO_PASSWORD"));
            return new TaskReader(context.schema().get(), Map.of("DEMO_PASSWORD", DemoServers.PASSWORD))
                    .read(file)
                    .task();
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    private static String connections(DemoServers servers) {
        return """

                Everything keeps running until Ctrl-C. Look at both ends (user %s, password %s):
                  source       postgresql://127.0.0.1:%d/%s
                  destination  postgresql://127.0.0.1:%d/%s
                """.formatted(
                        DemoServers.USER,
                        DemoServers.PASSWORD,
                        servers.sourcePort(),
                        DemoServers.SOURCE_DATABASE,
                        servers.destinationPort(),
                        DemoServers.DESTINATION_DATABASE);
    }

    /** From the thread of the signal. What blocks is ended: SQL with its server, a run by its own stop, waiting by the interrupt. */
    private void stop(Thread demo) {
        stopped = true;
        Runnable current = stop.get();
        if (current != null) {
            current.run();
        }
        demo.interrupt();
    }

    private void requireGoingOn() throws InterruptedException {
        if (stopped) {
            throw new InterruptedException("stopped by the user");
        }
    }

    private static SyncException unstartable(Exception e) {
        return new SyncException(
                ErrorCode.USAGE,
                String.valueOf(e.getMessage()),
                "Correct that, then start the demo again. Your own servers need none of it.",
                e);
    }

    private int interrupted() {
        return context.stopping().exitCode().orElse(ExitCode.INTERNAL);
    }
}
