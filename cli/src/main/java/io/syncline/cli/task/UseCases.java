package io.syncline.cli.task;

import io.syncline.api.port.CommandLog;
import io.syncline.api.port.Footprint;
import io.syncline.api.task.Task;
import io.syncline.api.task.TaskDocument;
import io.syncline.engine.precheck.PrecheckReport;
import io.syncline.engine.task.Bundle;
import io.syncline.engine.task.BundleRun;
import io.syncline.engine.task.ConnectivityReport;
import io.syncline.engine.task.EditPlan;
import io.syncline.engine.task.Explanation;
import io.syncline.engine.task.Member;
import io.syncline.engine.task.RunOptions;
import io.syncline.engine.task.TaskListener;
import io.syncline.engine.task.TaskRights;
import io.syncline.engine.task.TaskRunner;
import io.syncline.engine.task.TaskStatus;
import io.syncline.engine.verify.CompareOptions;
import io.syncline.engine.verify.CompareReport;
import io.syncline.engine.verify.TableResult;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What can be asked of a task. Every method may throw {@link io.syncline.api.error.SyncException}. */
public interface UseCases {

    /** The databases that a run of the task file takes up. */
    Bundle chosen(TaskDocument document);

    /** The databases of the task file that have started; the source is not asked. */
    Bundle known(TaskDocument document);

    /** Looks how both ends are reached, and changes nothing. */
    ConnectivityReport test(Task task);

    /** Looks whether the task can start, and changes nothing. */
    PrecheckReport precheck(Member member);

    /** What a run would do; changes nothing. */
    Explanation explain(Member member);

    /** What the roles need at both ends. */
    TaskRights rights(Member member);

    /** What tasks run at this task's source. */
    List<Footprint> footprint(Task task);

    /**
     * Prepares a run; {@link TaskRunner#run()} does it.
     *
     * @param file reads the task's file again when it was edited
     */
    TaskRunner run(Task task, RunOptions options, Supplier<TaskDocument> file, TaskListener listener);

    /** The same for a task of which no file can be edited. */
    TaskRunner run(Task task, RunOptions options, TaskListener listener);

    /** Prepares a run of several databases; {@link BundleRun#run()} does it. */
    BundleRun run(
            TaskDocument document,
            Bundle bundle,
            RunOptions options,
            Supplier<TaskDocument> file,
            BundleRun.Listener listener);

    /** What would become of a started task that goes on with its edited file; changes nothing. */
    EditPlan planEdit(Task task);

    /**
     * Has a started task go on with its edited file.
     *
     * @param consents what the user has agreed to
     * @return what was done
     */
    String apply(TaskDocument document, Collection<String> consents) throws InterruptedException;

    /** What the destination's ledger knows; empty when the task has never started. */
    Optional<TaskStatus> status(Task task);

    /**
     * Asks the task's run for something and waits until it has obeyed.
     *
     * @return what was done
     */
    String control(Task task, CommandLog.Verb verb, List<String> arguments) throws InterruptedException;

    /**
     * Compares the rows of both ends, also while a run of the task goes on.
     *
     * @param done hears each table's result as soon as it is known
     */
    CompareReport compare(Task task, CompareOptions options, Consumer<TableResult> done) throws InterruptedException;

    /**
     * Removes what the task made on both sides; tables with their rows only when asked.
     *
     * @return what could not be removed, each with the statement to do it by hand
     */
    List<String> clean(Task task, boolean dropTables);
}
