package io.syncline.engine.task;

import io.syncline.api.task.Capitalization;
import io.syncline.api.task.Carry;
import io.syncline.api.task.DdlPolicy;
import io.syncline.api.task.EditedStatements;
import io.syncline.api.task.Endpoint;
import io.syncline.api.task.HoldBack;
import io.syncline.api.task.ObjectPattern;
import io.syncline.api.task.ObjectRule;
import io.syncline.api.task.Policies;
import io.syncline.api.task.Retry;
import io.syncline.api.task.SourceLog;
import io.syncline.api.task.Stage;
import io.syncline.api.task.StartFrom;
import io.syncline.api.task.Task;
import io.syncline.api.task.Throttle;
import io.syncline.api.task.Tuning;
import io.syncline.testkit.memory.MemoryConnector;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tasks between ends in memory, with every stage. */
final class MemoryTask {

    private MemoryTask() {}

    /** The task of all tables in the schema of its name. */
    static Task of(String name, Retry retry) {
        Endpoint memory = new Endpoint(MemoryConnector.TYPE, Map.of());
        return new Task(
                name,
                null,
                "",
                "",
                memory,
                memory,
                Set.of(Stage.values()),
                null,
                new StartFrom.Now(),
                List.of(ObjectRule.of(new ObjectPattern(name, false, "*", false, name + ".*"))),
                List.of(),
                Capitalization.SOURCE,
                Policies.DEFAULT,
                "syncline",
                "",
                Tuning.DEFAULT,
                retry,
                Throttle.NONE,
                HoldBack.DEFAULT,
                SourceLog.DEFAULT,
                Carry.DEFAULT,
                EditedStatements.NONE,
                DdlPolicy.DEFAULT);
    }
}
