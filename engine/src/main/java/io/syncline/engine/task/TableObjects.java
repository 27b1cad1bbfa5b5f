package io.syncline.engine.task;

import io.syncline.api.model.TableId;
import io.syncline.api.port.Destination;
import io.syncline.api.schema.SchemaObject.Phase;
import io.syncline.api.schema.SchemaPlan;
import io.syncline.engine.load.SchemaStage;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.run.InTurn;
import io.syncline.engine.run.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The objects of tables that join a running task, made as those of the others were when it started; what is there already stays.
 *
 * @param made whether the task makes objects
 */
record TableObjects(boolean made, Destination.Writers writers, SchemaStage schema, SchemaObjects all) {

    private static final SchemaPlan NONE = new SchemaPlan(List.of(), List.of());

    /** The objects of {@code joining}. */
    JoiningObjects read(RoutePlan carried, RoutePlan joining) {
        Set<TableId> tables = joining.routes().stream()
                .map(route -> route.destination().table())
                .collect(Collectors.toSet());
        if (!made) {
            return new JoiningObjects(NONE, tables);
        }
        // The others too, whose names are known only with them.
        List<RoutePlan.Planned> both = new ArrayList<>(carried.tables());
        both.addAll(joining.tables());
        return new JoiningObjects(all.read(new RoutePlan(both, List.of())), tables);
    }

    List<Stage> beforeLoad(JoiningObjects objects) {
        return schema.objects("schema", objects.of(Phase.BEFORE_LOAD), 1);
    }

    /** Makes what is made when the rows are there. */
    Stage rest(RoutePlan carried, RoutePlan joining) {
        Reading read = new Reading(carried, joining);
        return new InTurn(
                "objects",
                List.of(
                        () -> schema.objects("keys", read.objects().of(Phase.KEYS), 1),
                        () -> schema.objects("indexes", read.objects().of(Phase.INDEXES), 1),
                        () -> schema.objects("foreign keys", read.objects().of(Phase.FOREIGN_KEYS), 1),
                        () -> schema.analyze(joining.routes(), 1),
                        () -> schema.dependents("objects", read.objects().of(Phase.DEPENDENTS), false),
                        () -> schema.objects("finish", read.objects().of(Phase.FINISH), 1),
                        () -> {
                            all.listMore(read.objects().objects());
                            return List.of();
                        }));
    }

    /** Reads once, when it is first asked. For one thread. */
    private final class Reading {

        private final RoutePlan carried;
        private final RoutePlan joining;
        private @Nullable JoiningObjects known;

        Reading(RoutePlan carried, RoutePlan joining) {
            this.carried = carried;
            this.joining = joining;
        }

        JoiningObjects objects() {
            JoiningObjects objects = known == null ? read(carried, joining) : known;
            known = objects;
            return objects;
        }
    }
}
