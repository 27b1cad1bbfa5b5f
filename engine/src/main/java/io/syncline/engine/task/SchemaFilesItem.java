package io.syncline.engine.task;

import io.syncline.api.port.PrecheckItem;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.task.EditedStatements;
import io.syncline.api.task.Task;
import io.syncline.engine.route.RoutePlan;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Holds the objects that the task's schema files speak of against those that the schema stage makes. */
record SchemaFilesItem(Task task, Link link, RoutePlan plan) implements PrecheckItem {

    private static final int SHOWN = 10;

    @Override
    public String id() {
        return "schema-files";
    }

    @Override
    public String title() {
        return "Schema files";
    }

    @Override
    public Finding check() {
        EditedStatements edited = task.edited();
        List<SchemaObject> objects = SchemaObjects.read(task, link.source(), link.destination(), plan)
                .objects();
        List<String> needed = labels(
                objects,
                object -> object.required() && edited.leavesOut(object.ref().label()));
        if (!needed.isEmpty()) {
            return Finding.failed(
                    "The schema files leave out what rows cannot do without: " + some(needed) + ".",
                    "Rows would have no place, or could not be found again.",
                    "Write statements that make these objects; or leave their tables out of the task.");
        }
        TreeSet<String> unknown = new TreeSet<>(edited.labels());
        labels(objects, _ -> true).forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            return Finding.warning(
                    "The schema files name objects that this task does not make: " + some(List.copyOf(unknown)) + ".",
                    "Their statements are not run: they may be of before the task file, or the source, was changed.",
                    "Run `syncline explain FILE --sql FOLDER` with a new folder, and compare the lines with `object:`.");
        }
        int leftOut = labels(objects, object -> edited.leavesOut(object.ref().label()))
                .size();
        return Finding.passed("The schema files make " + (edited.labels().size() - leftOut) + " objects and leave out "
                + leftOut + ".");
    }

    private static List<String> labels(List<SchemaObject> objects, Predicate<SchemaObject> which) {
        return objects.stream()
                .filter(which)
                .map(object -> object.ref().label())
                .toList();
    }

    private static String some(List<String> labels) {
        return String.join(", ", labels.subList(0, Math.min(SHOWN, labels.size())))
                + (labels.size() > SHOWN ? " and " + (labels.size() - SHOWN) + " more" : "");
    }
}
