package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger;
import io.syncline.api.port.Ledger.TaskEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.api.port.TaskIdentity;
import io.syncline.api.task.ExistingTables;
import io.syncline.api.task.Stage;
import io.syncline.api.task.StartFrom;
import io.syncline.api.task.Task;
import io.syncline.api.task.TaskDocument;
import io.syncline.engine.precheck.PrecheckReport;
import io.syncline.engine.run.StageRuntime.Ended;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run of a task: precheck, then attempts until the work is done, the user stops it, or a failure stays. */
public final class TaskRun implements TaskRunner {

    /** A lease that was not renewed for this long belongs to a process that is gone, or that must not write any more. */
    static final Duration SILENCE = Duration.ofSeconds(10);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    private static final Duration LOOK_AT_CLOCK = Duration.ofMinutes(1);

    private final Connectors connectors;
    private final TaskChecks checks;
    private final RunEdits edits;
    /** With the task as the file had it when it was last applied. */
    private volatile RunContext context;

    private RetryWindow retries;
    private LostLog lostLog;
    private boolean healed;
    /** Whose table the next attempt suspends; it waits longer when the connection is lost before that. */
    private @Nullable TableFailure ailing;

    /** @param file reads the task's file again, for edits */
    TaskRun(RunContext context, Connectors connectors, TaskChecks checks, Supplier<TaskDocument> file) {
        this.context = context;
        this.connectors = connectors;
        this.checks = checks;
        this.edits = new RunEdits(connectors, file);
        this.retries = retries(context);
        this.lostLog = new LostLog(context, connectors);
    }

    private static RetryWindow retries(RunContext context) {
        return new RetryWindow(
                context.task().retry(),
                context.sharedRetry(),
                context.environment().clock());
    }

    @Override
    public void stop() {
        context.runtime().stop();
    }

    @Override
    public RunOutcome run() {
        try {
            return start();
        } catch (SyncException e) {
            context.listener().on(new TaskEvent.StateChanged(TaskState.FAILED, String.valueOf(e.getMessage())));
            return new RunOutcome.Failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new RunOutcome.Stopped();
        }
    }

    private RunOutcome start() throws InterruptedException {
        Optional<TaskEntry> known = known();
        if (known.isEmpty() && context.options().heals()) {
            throw new SyncException(
                    ErrorCode.TASK_UNKNOWN,
                    "the destination's ledger has no task " + context.task().name()
                            + " from this source, so there is nothing to heal",
                    "Run the task first; check the task file if you expected otherwise.");
        }
        if (known.isEmpty()) {
            PrecheckReport report = precheck();
            if (report.passed() && waits()) {
                // What was found then need not be so any more.
                report = precheck();
            }
            if (!report.passed()) {
                context.listener().on(new TaskEvent.StateChanged(TaskState.PRECHECK_FAILED, ""));
                return new RunOutcome.PrecheckFailed(report);
            }
            if (context.runtime().isStopping()) {
                return new RunOutcome.Stopped();
            }
        }
        if (known.isPresent() && known.get().identity() == null && Healing.isOfCopies(context.task())) {
            // The file may have got it since the precheck that asked for what it then said.
            requireClearConfirmed();
        }
        TaskEntry entry = known.isPresent() ? known.get() : register();
        if (entry.state().equals(TaskState.FINISHED.name())) {
            context.listener()
                    .on(new TaskEvent.StateChanged(TaskState.FINISHED, "all stages were done by an earlier run"));
            return new RunOutcome.Finished();
        }
        return attempts(entry.task());
    }

    private PrecheckReport precheck() {
        context.listener().on(new TaskEvent.StateChanged(TaskState.PRECHECKING, ""));
        PrecheckReport report = checks.precheck(context.task());
        context.listener().on(new TaskEvent.PrecheckDone(report));
        if (report.passed()) {
            requireClearConfirmed();
        }
        return report;
    }

    /** Waits for the start that the task file asks for; false when there was nothing to wait for, or the run was stopped meanwhile. */
    private boolean waits() throws InterruptedException {
        Instant start = context.task().startAt();
        InstantSource clock = context.environment().clock();
        if (start == null || !clock.instant().isBefore(start)) {
            return false;
        }
        context.listener().on(new TaskEvent.StateChanged(TaskState.READY, "starts at " + start));
        while (!context.runtime().isStopping() && clock.instant().isBefore(start)) {
            // Clocks are put right: long waits are cut.
            Duration left = Duration.between(clock.instant(), start);
            context.runtime().pause(left.compareTo(LOOK_AT_CLOCK) < 0 ? left : LOOK_AT_CLOCK);
        }
        return !context.runtime().isStopping();
    }

    /** Rows of others are emptied only by who names the database they are in; an edited file or another destination confirms nothing. */
    private void requireClearConfirmed() {
        boolean clears = context.task().policies().existingTables() == ExistingTables.CLEAR;
        if (!clears && !(context.task().startFrom() instanceof StartFrom.Compared)) {
            return;
        }
        try (Link link = Link.open(connectors, context.task(), "start")) {
            String database = link.destination().database();
            if (!context.options().clearConfirmed().contains(database)) {
                throw new SyncException(
                        ErrorCode.USAGE,
                        (clears
                                        ? "existingTables: clear would empty tables"
                                        : "startFrom: compare would write and delete rows that differ from the source's, in tables")
                                + " of the database " + database + " at "
                                + link.destination().address() + ", and that is not confirmed; nothing was changed",
                        (clears ? "Look at the row counts that the precheck shows; then run" : "Run")
                                + " with --confirm-clear " + database + ".");
            }
        }
    }

    private Optional<TaskEntry> known() throws InterruptedException {
        while (true) {
            try (Link link = Link.open(connectors, context.task(), "start")) {
                return new TaskLocator(link.destination().ledger()).find(context.task(), link.source());
            } catch (SyncException e) {
                // A destination that nobody reaches or may use yet is the precheck's finding, unless the task has an id
                // and so has started before.
                if (context.task().id() == null || !again(e)) {
                    if (TaskChecks.isFinding(e)) {
                        return Optional.empty();
                    }
                    throw e;
                }
            }
        }
    }

    /**
     * The task's id is in the ledger before anything is made at the source. It may have been there all along: who could not be asked at first says so now, and a
     * second entry would begin the task anew beside its own rows.
     */
    private TaskEntry register() {
        try (Link link = Link.open(connectors, context.task(), "start")) {
            Ledger ledger = link.destination().ledger();
            ledger.install();
            return new TaskLocator(ledger)
                    .find(context.task(), link.source())
                    .orElseGet(() -> ledger.register(
                            context.task().name(),
                            link.source().address(),
                            AcceptedWords.of(context.task()).text()));
        }
    }

    private RunOutcome attempts(TaskIdentity task) throws InterruptedException {
        Lease lease = null;
        boolean first = true;
        while (!context.runtime().isStopping()) {
            retries.attemptBegins();
            SyncException failure;
            try (Link link = Link.open(connectors, context.task(), task.id())) {
                Ledger ledger = link.destination().ledger();
                lease = lease(ledger, task, lease);
                Tenure tenure = new Tenure(task, lease, ledger);
                try {
                    if (first) {
                        // What an older program made lacks what has come since; nobody else writes for this task now.
                        ledger.install();
                        context.control().begin(tenure);
                        first = false;
                    }
                    context.sharedRetry().look(context, tenure);
                    TableFailure waiting = ailing;
                    if (waiting != null && !waiting.suspend(context, tenure, link.source()::position)) {
                        return fail(task, lease, waiting.cause());
                    }
                    ailing = null;
                    Optional<Task> edited = edits.accepted(context, tenure);
                    if (edited.isPresent()) {
                        goOnWith(edited.get());
                        continue;
                    }
                    Ended ended = go(link, tenure);
                    if (ended == Ended.STOPPED && !context.runtime().isStopping()) {
                        continue;
                    }
                    return end(tenure, ended);
                } catch (SyncException e) {
                    failure = e;
                }
            } catch (SyncException e) {
                failure = e;
            }
            if (context.runtime().isStopping()) {
                break;
            }
            SyncException cause = lostLog.or(failure, task);
            if (!lostLog.isFollowed(cause, task) && !again(cause)) {
                return fail(task, lease, retries.told(cause));
            }
        }
        pauseWithNewConnection(task, lease);
        return new RunOutcome.Stopped();
    }

    private void goOnWith(Task edited) {
        context = context.with(edited);
        retries = retries(context);
        lostLog = new LostLog(context, connectors);
    }

    private Ended go(Link link, Tenure tenure) throws InterruptedException {
        // Before a heal too: what is asked of single tables ends whatever work goes on, until it is settled.
        context.control().settle(tenure, link.source()::position);
        boolean asked = context.options().heals() && !healed;
        TaskMemory memory = tenure.memory(link.source()::position);
        if (asked || Healing.isStart(context.task(), memory) || lostLog.isToBeHealed(memory)) {
            Ended ended = new Healing(context, link, tenure).run();
            if (ended == Ended.STOPPED) {
                return ended;
            }
            healed = true;
            lostLog.healed();
        }
        return new Attempt(context, link, tenure).run();
    }

    /** Pauses before another attempt, which may have a table to suspend first; false when there must be none. */
    private boolean again(SyncException failure) throws InterruptedException {
        Optional<TableFailure> ofTable = TableFailure.of(context.task(), failure);
        if (ofTable.isPresent()) {
            ailing = ofTable.get();
            return true;
        }
        Optional<Duration> pause = retries.after(failure);
        if (pause.isEmpty()) {
            return false;
        }
        context.listener().on(new TaskEvent.Retrying(failure, pause.get()));
        context.runtime().pause(pause.get());
        return true;
    }

    /**
     * The first attempt takes the task from whoever had it; a later one takes it from the sessions of its own former attempt, whose last commit may still be on its
     * way (T20), but never from another process (I7). A lease whose answer was lost is known by its owner.
     */
    private Lease lease(Ledger ledger, TaskIdentity task, @Nullable Lease former) throws InterruptedException {
        String owner = context.environment().owner();
        Optional<TaskEntry> entry = ledger.task(task.id());
        boolean ours = entry.isPresent() && entry.get().owner().equals(owner);
        if (former != null && !ours) {
            throw new SyncException(
                    ErrorCode.FENCED,
                    "another process has taken over the task " + task.name() + " (" + task.id() + ")",
                    "Let that process go on; this one writes no more.");
        }
        return ours ? ledger.acquire(task.id(), owner, Duration.ZERO) : fromSilentOwner(ledger, task, entry);
    }

    /**
     * Takes the task from a process that was killed a moment ago: waits until its lease is old enough, and no longer than it takes to see that the process lives and
     * renews it.
     */
    private Lease fromSilentOwner(Ledger ledger, TaskIdentity task, Optional<TaskEntry> first)
            throws InterruptedException {
        while (true) {
            try {
                return ledger.acquire(task.id(), context.environment().owner(), SILENCE);
            } catch (SyncException e) {
                boolean renewed = !ledger.task(task.id()).map(TaskEntry::seen).equals(first.map(TaskEntry::seen));
                if (e.code() != ErrorCode.TASK_RUNNING
                        || renewed
                        || context.runtime().isStopping()) {
                    throw e;
                }
            }
            context.runtime().pause(LOOK_AGAIN);
        }
    }

    private RunOutcome end(Tenure tenure, Ended ended) {
        RunOutcome outcome = outcome(ended);
        switch (outcome) {
            case RunOutcome.Finished _ -> tenure.state(context, TaskState.FINISHED, "");
            case RunOutcome.CaughtUp _ -> tenure.state(context, TaskState.PAUSED, "caught up");
            default -> tenure.state(context, TaskState.PAUSED, "stopped by the user");
        }
        tenure.ledger().release(tenure.lease());
        return outcome;
    }

    private RunOutcome outcome(Ended ended) {
        return switch (ended) {
            case STOPPED -> new RunOutcome.Stopped();
            case DONE -> context.task().runs(Stage.INCREMENTAL) ? new RunOutcome.CaughtUp() : new RunOutcome.Finished();
        };
    }

    /**
     * State and position stay readable after a failure (I8): a new connection writes them, since the attempt's may be broken. When the task turns out to be another
     * process's, that is the failure: what went wrong here was that this process went on with what it had read before.
     */
    private RunOutcome fail(TaskIdentity task, @Nullable Lease lease, SyncException failure) {
        SyncException told = failure;
        if (lease != null && failure.code() != ErrorCode.FENCED) {
            try (Link link = Link.open(connectors, context.task(), task.id())) {
                Ledger ledger = link.destination().ledger();
                ledger.state(lease, TaskState.FAILED.name(), failure.code() + ": " + failure.getMessage());
                ledger.release(lease);
            } catch (SyncException e) {
                told = e.code() == ErrorCode.FENCED ? e : failure;
                told.addSuppressed(told == e ? failure : e);
            }
        }
        context.listener().on(new TaskEvent.StateChanged(TaskState.FAILED, String.valueOf(told.getMessage())));
        return new RunOutcome.Failed(told);
    }

    /** The stop came while the attempt's own connections were broken. */
    private void pauseWithNewConnection(TaskIdentity task, @Nullable Lease lease) {
        if (lease == null) {
            return;
        }
        try (Link link = Link.open(connectors, context.task(), task.id())) {
            Tenure tenure = new Tenure(task, lease, link.destination().ledger());
            tenure.state(context, TaskState.PAUSED, "stopped by the user");
            tenure.ledger().release(lease);
        } catch (SyncException e) {
            context.notice("The task could not be released and will be free in " + SILENCE.toSeconds() + " s: "
                    + e.getMessage());
        }
    }
}
