package io.syncline.cli.task;

import io.syncline.api.port.CommandLog;
import io.syncline.api.port.Footprint;
import io.syncline.api.task.Task;
import io.syncline.api.task.TaskDocument;
import io.syncline.engine.precheck.PrecheckReport;
import io.syncline.engine.run.LocalRuntime;
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
import io.syncline.engine.task.TaskService;
import io.syncline.engine.task.TaskStatus;
import io.syncline.engine.verify.CompareOptions;
import io.syncline.engine.verify.CompareReport;
import io.syncline.engine.verify.TableResult;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The use cases as the engine does them, each run on threads of this process. */
public final class EngineUseCases implements UseCases {

    private final TaskService service;

    public EngineUseCases(TaskService service) {
        this.service = service;
    }

    @Override
    public Bundle chosen(TaskDocument document) {
        return service.chosen(document);
    }

    @Override
    public Bundle known(TaskDocument document) {
        return service.known(document);
    }

    @Override
    public ConnectivityReport test(Task task) {
        return service.test(task);
    }

    @Override
    public PrecheckReport precheck(Member member) {
        return service.precheck(member);
    }

    @Override
    public Explanation explain(Member member) {
        return service.explain(member);
    }

    @Override
    public TaskRights rights(Member member) {
        return service.rights(member);
    }

    @Override
    public List<Footprint> footprint(Task task) {
        return service.footprint(task);
    }

    @Override
    public TaskRunner run(Task task, RunOptions options, Supplier<TaskDocument> file, TaskListener listener) {
        return service.run(task, options, file, new LocalRuntime(), listener);
    }

    @Override
    public TaskRunner run(Task task, RunOptions options, TaskListener listener) {
        return service.run(task, options, new LocalRuntime(), listener);
    }

    @Override
    public BundleRun run(
            TaskDocument document,
            Bundle bundle,
            RunOptions options,
            Supplier<TaskDocument> file,
            BundleRun.Listener listener) {
        return service.run(document, bundle, options, file, LocalRuntime::new, listener);
    }

    @Override
    public EditPlan planEdit(Task task) {
        return service.planEdit(task);
    }

    @Override
    public String apply(TaskDocument document, Collection<String> consents) throws InterruptedException {
        return service.apply(document, consents);
    }

    @Override
    public Optional<TaskStatus> status(Task task) {
        return service.status(task);
    }

    @Override
    public String control(Task task, CommandLog.Verb verb, List<String> arguments) throws InterruptedException {
        return service.control(task, verb, arguments);
    }

    @Override
    public CompareReport compare(Task task, CompareOptions options, Consumer<TableResult> done)
            throws InterruptedException {
        return service.compare(task, options, done);
    }

    @Override
    public List<String> clean(Task task, boolean dropTables) {
        return service.clean(task, dropTables);
    }
}
