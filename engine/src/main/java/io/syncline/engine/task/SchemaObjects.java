package io.syncline.engine.task;

import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Destination;
import io.syncline.api.port.Ledger.NotMade;
import io.syncline.api.port.Source;
import io.syncline.api.schema.ObjectScope;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.Phase;
import io.syncline.api.schema.SchemaPlan;
import io.syncline.api.task.Stage;
import io.syncline.api.task.Task;
import io.syncline.engine.load.SchemaStage;
import io.syncline.engine.route.ObjectMapping;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.run.StageRuntime.Ended;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The objects of a task: read at the source, given their names, and the list of those that could not be made, which the ledger keeps (I4). */
final class SchemaObjects {

    private final RunContext context;
    private final Link link;
    private final Tenure tenure;
    private final ObjectNews news;

    SchemaObjects(RunContext context, Link link, Tenure tenure, ObjectNews news) {
        this.context = context;
        this.link = link;
        this.tenure = tenure;
        this.news = news;
    }

    SchemaPlan read(RoutePlan plan) {
        return read(context.task(), link.source(), link.destination(), plan);
    }

    /** @param forms knows the forms of objects that the destination has */
    static SchemaPlan read(Task task, Source source, Destination forms, RoutePlan plan) {
        ObjectScope scope = ObjectScope.of(
                task, plan.routes().stream().map(TableRoute::source).toList());
        return forms.fit(ObjectMapping.of(plan).map(source.objects(scope)));
    }

    /** Keeps what of a plan was not made, for status and for later runs. */
    void list(SchemaPlan objects) {
        List<NotMade> list = new ArrayList<>();
        objects.leftOut().forEach(left -> list.add(new NotMade(left.what(), left.why(), false)));
        list.addAll(news.notMade());
        if (!list.equals(known())) {
            tenure.ledger().notMade(tenure.lease(), list);
        }
    }

    /** Adds what was not made of the objects of some tables. */
    void listMore(SchemaPlan objects) {
        Set<NotMade> list = new LinkedHashSet<>(known());
        objects.leftOut().forEach(left -> list.add(new NotMade(left.what(), left.why(), false)));
        list.addAll(news.notMade());
        if (!List.copyOf(list).equals(known())) {
            tenure.ledger().notMade(tenure.lease(), List.copyOf(list));
        }
    }

    /** Tries once more what an earlier run could not make: somebody may have made what it needs. */
    Ended again(RoutePlan plan, SchemaStage schema, Beside beside) throws InterruptedException {
        List<NotMade> known = known();
        Set<String> again =
                known.stream().filter(NotMade::again).map(NotMade::what).collect(Collectors.toSet());
        if (again.isEmpty() || !context.task().runs(Stage.SCHEMA)) {
            return Ended.DONE;
        }
        List<SchemaObject> missing = read(plan).objects().stream()
                .filter(object -> object.phase() == Phase.DEPENDENTS || !object.required())
                .filter(object -> again.contains(object.ref().toString()))
                .toList();
        Ended ended = beside.run(schema.dependents("objects", missing, false));
        if (ended == Ended.DONE) {
            List<NotMade> list = new ArrayList<>(
                    known.stream().filter(object -> !object.again()).toList());
            list.addAll(news.notMade());
            tenure.ledger().notMade(tenure.lease(), list);
        }
        return ended;
    }

    private List<NotMade> known() {
        return tenure.ledger().notMade(tenure.lease().task());
    }
}
