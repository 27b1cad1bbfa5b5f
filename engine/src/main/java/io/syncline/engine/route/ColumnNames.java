package io.syncline.engine.route;

import io.syncline.api.task.Capitalization;
import io.syncline.api.task.ObjectRule;

/** What a table's columns are called at the destination, and which of them are carried there. */
public record ColumnNames(ObjectRule rule, Capitalization capitalization) {

    public boolean carries(String column) {
        return rule.columns().isEmpty() || rule.columns().contains(column);
    }

    /** The destination's name of a column that is carried. */
    public String of(String column) {
        String renamed = rule.renamed().get(column);
        return renamed == null ? capitalization.of(column) : renamed;
    }

    /** Whether all columns have their own names. */
    boolean areTheSource() {
        return rule.columns().isEmpty() && rule.renamed().isEmpty() && capitalization == Capitalization.SOURCE;
    }
}
