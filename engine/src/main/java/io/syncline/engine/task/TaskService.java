package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.port.CommandLog.Verb;
import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.api.port.Destination;
import io.syncline.api.port.Footprint;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger;
import io.syncline.api.port.Ledger.TaskEntry;
import io.syncline.api.port.PrecheckScope;
import io.syncline.api.port.TaskIdentity;
import io.syncline.api.task.ExistingTables;
import io.syncline.api.task.Stage;
import io.syncline.api.task.Task;
import io.syncline.api.task.TaskDocument;
import io.syncline.engine.precheck.PrecheckReport;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.route.RoutePlanner;
import io.syncline.engine.run.StageRuntime;
import io.syncline.engine.verify.Compare;
import io.syncline.engine.verify.CompareOptions;
import io.syncline.engine.verify.CompareReport;
import io.syncline.engine.verify.LedgerFollower;
import io.syncline.engine.verify.TableResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The use cases: what a command line, an API or a console asks for. */
public final class TaskService {

    private final Connectors connectors;
    private final Environment environment;

    public TaskService(Connectors connectors, Environment environment) {
        this.connectors = connectors;
        this.environment = environment;
    }

    /** The databases that a run of the task file takes up. Asks the servers where patterns have to be looked up. */
    public Bundle chosen(TaskDocument document) {
        return new MemberChoice(connectors, document).chosen();
    }

    /**
     * The databases of the task file that have started; the source is not asked.
     *
     * @throws SyncException TASK_UNKNOWN when none has
     */
    public Bundle known(TaskDocument document) {
        return new MemberChoice(connectors, document).known();
    }

    /** How both ends are reached; takes some seconds, and changes nothing. */
    public ConnectivityReport test(Task task) {
        return new BothEnds(connectors, environment.clock()).test(task);
    }

    public PrecheckReport precheck(Member member) {
        return new TaskChecks(connectors, member.together())
                .precheck(
                        member.task(),
                        missing(member)
                                .map(DestinationDatabase.Missing::finding)
                                .orElse(null));
    }

    private Optional<DestinationDatabase.Missing> missing(Member member) {
        return database(member).flatMap(DestinationDatabase::missing);
    }

    /** Empty when the task file is about one database, which it expects to be there. */
    private Optional<DestinationDatabase> database(Member member) {
        Task server = member.server();
        return server == null
                ? Optional.empty()
                : Optional.of(new DestinationDatabase(connectors, server, member.task()));
    }

    /** What a run would do; nothing is changed. */
    public Explanation explain(Member member) {
        Task task = member.task();
        Task server = member.server();
        Optional<DestinationDatabase.Missing> missing = missing(member);
        if (server != null && missing.isPresent()) {
            try (Link link = Link.open(connectors, task, "explain");
                    Link there = Link.open(connectors, server, "explain")) {
                return new Explainer(task, link, environment.processors())
                        .explainNew(there.destination(), missing.get().finding().found());
            }
        }
        try (Link link = Link.open(connectors, task, "explain")) {
            TaskIdentity identity = new TaskLocator(link.destination().ledger())
                    .find(task, link.source())
                    .map(TaskEntry::task)
                    .orElseGet(() -> new TaskIdentity(task.name(), Explanation.UNKNOWN_ID));
            return new Explainer(task, link, environment.processors()).explain(identity);
        }
    }

    /** What the roles need at both ends. */
    public TaskRights rights(Member member) {
        Task task = member.task();
        Optional<DestinationDatabase.Missing> missing = missing(member);
        try (Link link = Link.open(connectors, task, "grants")) {
            RoutePlan plan = new RoutePlanner(
                            task, Explanation.UNKNOWN_ID, link.destination().database())
                    .plan(link.source().catalog(), null);
            PrecheckScope scope = new PrecheckScope(
                    task,
                    plan.routes(),
                    plan.partitioned(),
                    Set.of(),
                    false,
                    member.together(),
                    link.source().version());
            return new TaskRights(
                    new Explanation.Ends(
                            link.source().address(), link.destination().address()),
                    link.source().rights(scope),
                    missing.isPresent()
                            ? missing.get().rights()
                            : link.destination().rights(scope));
        }
    }

    /** What tasks run at this task's source. */
    public List<Footprint> footprint(Task task) {
        try (Link link = Link.open(connectors, task, "footprint")) {
            return link.source().footprint();
        }
    }

    /** @param runtime drives this one run */
    public TaskRunner run(Task task, RunOptions options, StageRuntime runtime, TaskListener listener) {
        return run(task, options, TaskService::noFile, runtime, listener);
    }

    /**
     * @param file reads the task's file again when it was edited
     * @param runtime drives this one run
     */
    public TaskRunner run(
            Task task, RunOptions options, Supplier<TaskDocument> file, StageRuntime runtime, TaskListener listener) {
        return new TaskRun(
                new RunContext(
                        task,
                        options,
                        environment,
                        runtime,
                        listener,
                        new RunControl(task.throttle(), environment.clock()),
                        new RunRecall()),
                connectors,
                new TaskChecks(connectors, Set.of()),
                file);
    }

    private static TaskDocument noFile() {
        throw new SyncException(
                ErrorCode.EDIT_REFUSED, "the task's run reads no file", "Stop the run, apply the file, then run it.");
    }

    /**
     * What would become of a started task that goes on with its edited file; nothing is changed.
     *
     * @throws SyncException TASK_UNKNOWN, EDIT_REFUSED, TASK_FILE_INVALID
     */
    public EditPlan planEdit(Task task) {
        try (Link link = Link.open(connectors, task, "apply")) {
            return new TaskEdit(task, link, started(task, link)).plan();
        }
    }

    /**
     * Has a started task go on with its edited file: its run, or the next one where none goes on.
     *
     * @param consents what the user has agreed to: {@link EditPlan#consents()} of the plan that was shown
     * @return what was done
     * @throws SyncException TASK_UNKNOWN, EDIT_REFUSED, TASK_FILE_INVALID; COMMAND_REFUSED by the run
     */
    public String apply(TaskDocument document, Collection<String> consents) throws InterruptedException {
        Task task = document.task();
        try (Link link = Link.open(connectors, task, "apply")) {
            TaskEntry entry = started(task, link);
            List<String> arguments = new ArrayList<>(List.of(document.digest()));
            arguments.addAll(consents);
            Optional<String> done = new RunRequest(
                            link.destination().ledger(), entry.task().id(), environment)
                    .askRun(Verb.APPLY, arguments);
            return done.isPresent() ? done.get() : applyWithoutRun(task, link, entry, consents);
        }
    }

    private String applyWithoutRun(Task task, Link link, TaskEntry entry, Collection<String> consents) {
        Ledger ledger = link.destination().ledger();
        Lease lease = ledger.acquire(entry.task().id(), environment.owner(), TaskRun.SILENCE);
        try {
            ledger.install();
            TaskEdit.Agreed agreed = new TaskEdit(task, link, entry).agreed(consents, environment.owner());
            ledger.edit(lease, agreed.edit());
            environment.marks().reach(Mark.EDITED);
            return "the next run goes on with the edited file: " + agreed.plan().summary();
        } finally {
            ledger.release(lease);
        }
    }

    private static TaskEntry started(Task task, Link link) {
        return new TaskLocator(link.destination().ledger())
                .find(task, link.source())
                .orElseThrow(
                        () -> unknown(
                                task,
                                link,
                                "there is nothing to go on with",
                                "Run the task; or undo the edit of its name, source, destination or ledgerSchema, which make it another task."));
    }

    /**
     * A run of several databases at once, which share what the task file allows of the source.
     *
     * @param file reads the task file again when it was edited
     * @param runtimes gives each member one of its own
     */
    public BundleRun run(
            TaskDocument document,
            Bundle bundle,
            RunOptions options,
            Supplier<TaskDocument> file,
            Supplier<StageRuntime> runtimes,
            BundleRun.Listener listener) {
        RunControl control = new RunControl(document.task().throttle(), environment.clock());
        Map<Member, TaskRunner> runs = new LinkedHashMap<>();
        for (Member member : bundle.members()) {
            RunContext context = new RunContext(
                    member.task(),
                    options,
                    environment,
                    runtimes.get(),
                    listener.of(member),
                    control.another(),
                    new RunRecall());
            String database = member.task().source().database();
            int together = bundle.members().size();
            TaskChecks checks = new TaskChecks(connectors, member.together());
            TaskRunner run = new TaskRun(context, connectors, checks, () -> of(file.get(), database, together));
            runs.put(
                    member,
                    database(member)
                            .<TaskRunner>map(missing -> new MemberRun(missing, context, checks, run))
                            .orElse(run));
        }
        return new BundleRun(runs, () -> chosen(document), listener);
    }

    /** What the edited file says of a database that it said something of before. */
    private static TaskDocument of(TaskDocument edited, String database, int together) {
        if (!edited.chooses(database)) {
            throw new SyncException(
                    ErrorCode.EDIT_REFUSED,
                    "the task file is not about the database " + database + " any more",
                    "Name it again; before a database is taken out of the file, clean it with --database.");
        }
        return edited.only(database, together);
    }

    /**
     * Asks the task's run for something and waits for its answer.
     *
     * @param arguments of the verb, checked
     * @return what was done
     * @throws SyncException TASK_UNKNOWN; TASK_NOT_RUNNING when nobody is there to obey; COMMAND_REFUSED with the reason
     */
    public String control(Task task, Verb verb, List<String> arguments) throws InterruptedException {
        try (Link link = Link.open(connectors, task, "control")) {
            Ledger ledger = link.destination().ledger();
            TaskEntry entry = new TaskLocator(ledger)
                    .find(task, link.source())
                    .orElseThrow(
                            () -> unknown(task, link, "there is no run that could be asked", "Run the task first."));
            Ledger.TaskMemory memory = ledger.read(entry.task().id(), link.source()::position);
            switch (verb) {
                case SUSPEND, RESYNC -> requireCarried(memory, arguments);
                case SKIP -> requireAhead(memory, link, arguments);
                case PAUSE, RESUME, THROTTLE, APPLY -> {}
            }
            if (verb == Verb.RESYNC) {
                requireOwnRows(task);
                if (!isRefreshed(task, memory, arguments)) {
                    link.source().changeLog(entry.task()).requireExactSnapshots();
                }
            }
            return new RunRequest(ledger, entry.task().id(), environment).ask(verb, arguments);
        }
    }

    /** To load a table anew is to replace its rows, and to follow the log from there. */
    private static void requireOwnRows(Task task) {
        if (!task.runs(Stage.FULL) || !task.runs(Stage.INCREMENTAL)) {
            throw new SyncException(
                    ErrorCode.COMMAND_REFUSED,
                    "a table is loaded anew only by a task with the stages full and incremental",
                    "Make a task of both stages for the table.");
        }
        if (task.policies().existingTables() == ExistingTables.IGNORE) {
            throw new SyncException(
                    ErrorCode.COMMAND_REFUSED,
                    "to load a table anew is to replace its rows, and with existingTables: ignore it holds rows that are not the task's",
                    "Compare the table, and mend the rows that differ by hand.");
        }
    }

    /** The log says nothing of such a table, and need not tell what a snapshot holds of it. */
    private static boolean isRefreshed(Task task, Ledger.TaskMemory memory, List<String> names) {
        return memory.tables().stream()
                .map(Ledger.TableEntry::source)
                .filter(table -> names.contains(table.toString()))
                .allMatch(table -> CarriedTables.isRefreshed(task, table));
    }

    /** What the run would refuse anyway is refused while somebody hears it. */
    private static void requireAhead(Ledger.TaskMemory memory, Link link, List<String> arguments) {
        Skipping.refusal(memory, link.source()::position, String.join(" ", arguments))
                .ifPresent(why -> {
                    throw new SyncException(
                            ErrorCode.COMMAND_REFUSED,
                            "nothing was left out: " + why,
                            "Give the position that the failure names, at which its source transaction ends: `syncline status FILE` tells it.");
                });
    }

    private static void requireCarried(Ledger.TaskMemory memory, List<String> names) {
        Set<String> carried =
                memory.tables().stream().map(table -> table.source().toString()).collect(Collectors.toSet());
        for (String name : names) {
            if (!carried.contains(name)) {
                throw new SyncException(
                        ErrorCode.USAGE,
                        "the task carries no table " + name,
                        "Give the table's name at the source as schema.table, without quotes and with its capital letters.");
            }
        }
    }

    private static SyncException unknown(Task task, Link link, String consequence, String remedy) {
        return new SyncException(
                ErrorCode.TASK_UNKNOWN,
                "the destination " + link.destination().address() + " knows no task " + task.name() + " from "
                        + link.source().address() + ", so " + consequence,
                remedy);
    }

    /** What the ledger says; empty when the task has never started. Needs the destination only. */
    public Optional<TaskStatus> status(Task task) {
        try (Link link = Link.open(connectors, task, "status")) {
            Ledger ledger = link.destination().ledger();
            return new TaskLocator(ledger).find(task, link.source().address()).map(entry -> {
                Ledger.TaskMemory memory = ledger.read(entry.task().id(), link.source()::position);
                return new TaskStatus(
                        memory,
                        isAlive(entry),
                        state(entry),
                        ledger.conflicts(entry.task().id()),
                        ledger.badValues(entry.task().id()),
                        ledger.notMade(entry.task().id()),
                        ledger.commands().asked(entry.task().id(), Verb.SKIP),
                        refreshed(task, ledger.refreshed(entry.task().id())),
                        DestinationCare.crowded(task, link.destination(), memory),
                        EffectiveRetry.of(
                                AcceptedWords.read(entry.accepted()).retry().orElse(task.retry()),
                                entry.task().id(),
                                ledger.tasks()));
            });
        }
    }

    /** Of those that the task file still says so of. */
    private static SortedMap<TableId, Instant> refreshed(Task task, Map<TableId, Instant> known) {
        SortedMap<TableId, Instant> refreshed = new TreeMap<>(known);
        refreshed.keySet().removeIf(table -> !CarriedTables.isRefreshed(task, table));
        return refreshed;
    }

    /**
     * Removes what the task made on both sides; tables with their rows only when asked.
     *
     * @return what could not be removed, with the statement to do it by hand; empty when nothing is left
     * @throws SyncException TASK_UNKNOWN, TASK_RUNNING
     */
    public List<String> clean(Task task, boolean dropTables) {
        try (Link link = Link.open(connectors, task, "clean")) {
            Destination destination = link.destination();
            Ledger ledger = destination.ledger();
            TaskEntry entry = new TaskLocator(ledger)
                    .find(task, link.source())
                    .orElseThrow(() -> new SyncException(
                            ErrorCode.TASK_UNKNOWN,
                            "the destination " + destination.address() + " knows no task " + task.name() + " from "
                                    + link.source().address(),
                            "Nothing has to be cleaned; check the task file if you expected otherwise."));
            Lease lease = ledger.acquire(entry.task().id(), environment.owner(), TaskRun.SILENCE);
            List<String> left = new ArrayList<>();
            if (task.runs(Stage.INCREMENTAL)) {
                left.addAll(link.source().changeLog(entry.task()).drop());
            }
            left.addAll(ledger.forget(lease, dropTables));
            return left;
        }
    }

    /**
     * Compares the rows of both ends. While a run is active a difference is read again after the stream has passed.
     *
     * @param done hears each table's result as soon as it is known
     * @throws SyncException TASK_UNKNOWN when the task has never started
     */
    public CompareReport compare(Task task, CompareOptions options, Consumer<TableResult> done)
            throws InterruptedException {
        try (Link link = Link.open(connectors, task, "compare")) {
            Ledger ledger = link.destination().ledger();
            TaskEntry entry = new TaskLocator(ledger)
                    .find(task, link.source())
                    .orElseThrow(() -> unknown(task, link, "there is nothing to compare", "Run the task first."));
            Set<TableId> carried = ledger.read(entry.task().id(), link.source()::position).tables().stream()
                    .map(Ledger.TableEntry::source)
                    .collect(Collectors.toSet());
            RoutePlan plan = new RoutePlanner(
                            task, entry.task().id(), link.destination().database())
                    .started(link.source().catalog(), link.destination().catalog());
            LedgerFollower follower = new LedgerFollower(
                    ledger,
                    link.source().changeLog(entry.task()),
                    entry.task().id(),
                    link.source()::position,
                    environment.clock());
            return new Compare(link.source(), link.destination(), follower, options)
                    .run(
                            plan.tables().stream()
                                    .filter(table -> carried.contains(
                                            table.route().source().table()))
                                    .toList(),
                            done);
        }
    }

    static boolean isAlive(TaskEntry entry) {
        return entry.silence() != null && entry.silence().compareTo(TaskRun.SILENCE) < 0;
    }

    private static TaskState state(TaskEntry entry) {
        return entry.state().isEmpty() ? TaskState.NOT_CONFIGURED : TaskState.valueOf(entry.state());
    }
}
