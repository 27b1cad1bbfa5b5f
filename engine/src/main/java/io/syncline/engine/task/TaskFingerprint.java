package io.syncline.engine.task;

import io.syncline.api.task.Task;
import java.util.Objects;
import java.util.TreeSet;

/** A short mark of what a task carries, to notice that its file was edited. */
final class TaskFingerprint {

    private TaskFingerprint() {}

    static String of(Task task) {
        return Integer.toHexString(Objects.hash(
                new TreeSet<>(task.stages()).toString(), task.objects().toString()));
    }
}
