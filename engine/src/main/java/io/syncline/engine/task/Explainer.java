package io.syncline.engine.task;

import io.syncline.api.model.TableId;
import io.syncline.api.port.CatalogReader;
import io.syncline.api.port.ChangeLog;
import io.syncline.api.port.Destination;
import io.syncline.api.port.TaskIdentity;
import io.syncline.api.schema.SchemaPlan;
import io.syncline.api.task.Stage;
import io.syncline.api.task.Task;
import io.syncline.engine.load.LoadScale;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.route.RoutePlanner;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Plans a task as a run does, and looks at both ends without changing anything. */
final class Explainer {

    private final Task task;
    private final Link link;
    private final int processors;

    Explainer(Task task, Link link, int processors) {
        this.task = task;
        this.link = link;
        this.processors = processors;
    }

    /** @param identity with {@link Explanation#UNKNOWN_ID} before the first start */
    Explanation explain(TaskIdentity identity) {
        return explain(identity, link.destination().catalog(), link.destination(), List.of());
    }

    /**
     * Of a destination database that is not there yet.
     *
     * @param forms another database of its server, which has the same forms of objects
     * @param notice what becomes of the missing one
     */
    Explanation explainNew(Destination forms, String notice) {
        return explain(new TaskIdentity(task.name(), Explanation.UNKNOWN_ID), null, forms, List.of(notice));
    }

    private Explanation explain(
            TaskIdentity identity, @Nullable CatalogReader existing, Destination forms, List<String> notices) {
        RoutePlan plan = new RoutePlanner(
                        task, identity.id(), link.destination().database())
                .plan(link.source().catalog(), existing);
        LoadScale scale = LoadScale.of(
                task.tuning(), link.source().isLocal() && link.destination().isLocal(), processors);
        SchemaPlan objects = task.runs(Stage.SCHEMA)
                ? SchemaObjects.read(task, link.source(), forms, plan)
                : new SchemaPlan(List.of(), List.of());
        return new Explanation(
                identity,
                new Explanation.Ends(link.source().address(), link.destination().address()),
                plan.tables().stream()
                        .map(planned -> new Explanation.Table(planned, chunks(planned, scale)))
                        .toList(),
                scale.workers(),
                task.runs(Stage.INCREMENTAL) ? atSource(identity, plan.followed()) : List.of(),
                objects.objects().stream()
                        .map(object -> new Explanation.Made(object.phase(), object.ref(), forms.statement(object)))
                        .toList(),
                objects.leftOut(),
                Stream.concat(notices.stream(), plan.notices().stream()).toList());
    }

    private List<String> atSource(TaskIdentity identity, RoutePlan plan) {
        List<TableId> tables =
                plan.routes().stream().map(route -> route.source().table()).toList();
        ChangeLog log = link.source().changeLog(identity);
        List<String> statements = new ArrayList<>(task.ddl().appliesAny() ? log.planAlterations() : List.of());
        statements.addAll(log.plan(tables, plan.shaped()));
        return statements;
    }

    /** A table without a key is one chunk (T26). */
    private long chunks(RoutePlan.Planned planned, LoadScale scale) {
        if (!task.runs(Stage.FULL)) {
            return 0;
        }
        return planned.route().source().key().exists()
                ? Math.max(1, Math.ceilDiv(planned.info().bytes(), scale.chunkBytes()))
                : 1;
    }
}
