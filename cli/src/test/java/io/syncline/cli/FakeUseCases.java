package io.syncline.cli;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.CommandLog;
import io.syncline.api.port.Connectivity;
import io.syncline.api.port.Footprint;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.task.Task;
import io.syncline.api.task.TaskDocument;
import io.syncline.cli.task.UseCases;
import io.syncline.engine.precheck.PrecheckReport;
import io.syncline.engine.task.Bundle;
import io.syncline.engine.task.BundleRun;
import io.syncline.engine.task.ConnectivityReport;
import io.syncline.engine.task.EditPlan;
import io.syncline.engine.task.Explanation;
import io.syncline.engine.task.Member;
import io.syncline.engine.task.RunOptions;
import io.syncline.engine.task.RunOutcome;
import io.syncline.engine.task.TaskEvent;
import io.syncline.engine.task.TaskListener;
import io.syncline.engine.task.TaskRights;
import io.syncline.engine.task.TaskRunner;
import io.syncline.engine.task.TaskStatus;
import io.syncline.engine.verify.CompareOptions;
import io.syncline.engine.verify.CompareReport;
import io.syncline.engine.verify.TableResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Use cases that answer what a test wants, and keep what they were asked. */
final class FakeUseCases implements UseCases {

    ConnectivityReport connectivity = new ConnectivityReport(
            end("source", "postgresql://h:1/s", Duration.ofMillis(2), 125e6),
            end("destination", "postgresql://h:2/d", Duration.ZERO, 250e6));
    PrecheckReport precheck = report(Finding.passed("all is well"));
    Supplier<RunOutcome> outcome = RunOutcome.Finished::new;
    List<TaskEvent> events = List.of();
    Optional<TaskStatus> status = Optional.empty();
    CompareReport compare = new CompareReport(List.of(), false);
    List<String> left = List.of();
    TaskRights rights =
            new TaskRights(new Explanation.Ends("postgresql://h:1/s", "postgresql://h:2/d"), List.of(), List.of());

    EditPlan edits = new EditPlan(List.of());

    @Nullable
    RuntimeException failure;

    /** A database for which nothing works. */
    @Nullable
    String ailing;

    final List<Object> asked = new ArrayList<>();
    boolean stopped;

    static SyncException unreachable() {
        return new SyncException(
                ErrorCode.SOURCE_UNREACHABLE, "source postgresql://h:1/d: connection refused", "Start the server.");
    }

    /** @param ahead of this machine's clock */
    static ConnectivityReport.End end(String name, String address, Duration ahead, double bytesPerSecond) {
        return new ConnectivityReport.End(
                name,
                address,
                new ConnectivityReport.Reached(new Connectivity(
                        "PostgreSQL 17.5, primary",
                        "none",
                        Duration.ofNanos(200_000),
                        bytesPerSecond,
                        new Connectivity.ClockSkew(ahead, Duration.ofNanos(100_000)),
                        12_500_000_000L)));
    }

    static PrecheckReport report(Finding... findings) {
        List<PrecheckReport.Line> lines = new ArrayList<>();
        for (Finding finding : findings) {
            lines.add(new PrecheckReport.Line("item-" + (lines.size() + 1), "Item", finding));
        }
        return new PrecheckReport(lines);
    }

    @Override
    public String control(Task task, CommandLog.Verb verb, List<String> arguments) {
        asked.add(verb + " " + arguments);
        failIfAsked();
        if (task.source().database().equals(ailing)) {
            throw unreachable();
        }
        return "the run is paused";
    }

    @Override
    public Bundle chosen(TaskDocument document) {
        return new Bundle(
                document.hasManyDatabases()
                        ? document.named().stream()
                                .map(name -> new Member(document.of(name, 1), document.task(), document.named()))
                                .toList()
                        : List.of(new Member(document.task(), null, Set.of())),
                List.of());
    }

    @Override
    public Bundle known(TaskDocument document) {
        return chosen(document);
    }

    @Override
    public BundleRun run(
            TaskDocument document,
            Bundle bundle,
            RunOptions options,
            Supplier<TaskDocument> file,
            BundleRun.Listener listener) {
        throw new AssertionError("nobody asks for it");
    }

    @Override
    public ConnectivityReport test(Task task) {
        failIfAsked();
        return connectivity;
    }

    @Override
    public PrecheckReport precheck(Member member) {
        failIfAsked();
        return precheck;
    }

    @Override
    public Explanation explain(Member member) {
        failIfAsked();
        throw new AssertionError("nobody asks for it");
    }

    @Override
    public TaskRights rights(Member member) {
        failIfAsked();
        return rights;
    }

    @Override
    public List<Footprint> footprint(Task task) {
        failIfAsked();
        return List.of();
    }

    @Override
    public EditPlan planEdit(Task task) {
        failIfAsked();
        return edits;
    }

    @Override
    public String apply(TaskDocument document, Collection<String> consents) {
        failIfAsked();
        asked.add(consents);
        return "the run goes on with the edited file: 1 table reloaded";
    }

    @Override
    public TaskRunner run(Task task, RunOptions options, TaskListener listener) {
        return run(
                task,
                options,
                () -> {
                    throw new AssertionError("nobody edits a file");
                },
                listener);
    }

    @Override
    public TaskRunner run(Task task, RunOptions options, Supplier<TaskDocument> file, TaskListener listener) {
        failIfAsked();
        asked.add(options);
        return new TaskRunner() {
            @Override
            public RunOutcome run() {
                events.forEach(listener::on);
                return outcome.get();
            }

            @Override
            public void stop() {
                stopped = true;
            }
        };
    }

    @Override
    public Optional<TaskStatus> status(Task task) {
        failIfAsked();
        return status;
    }

    @Override
    public CompareReport compare(Task task, CompareOptions options, Consumer<TableResult> done) {
        failIfAsked();
        asked.add(options);
        compare.tables().forEach(done);
        return compare;
    }

    @Override
    public List<String> clean(Task task, boolean dropTables) {
        failIfAsked();
        asked.add(dropTables);
        return left;
    }

    private void failIfAsked() {
        if (failure != null) {
            throw failure;
        }
    }
}
