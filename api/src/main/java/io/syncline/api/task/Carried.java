package io.syncline.api.task;

/**
 * Kinds of objects beside tables and their keys, each of which the schema stage takes along unless the task says no. What tables cannot be without (the types of their
 * columns, functions that their defaults call) comes along whatever is chosen.
 */
public enum Carried {
    EXTENSIONS("extensions"),
    TYPES("types"),
    SEQUENCES("sequences"),
    COLLATIONS("collations"),
    /** Functions, procedures and aggregates. */
    FUNCTIONS("functions"),
    /** Operators, their classes and families, and casts. */
    OPERATORS("operators"),
    /** Dictionaries and configurations. */
    TEXT_SEARCH("textSearch"),
    INDEXES("indexes"),
    FOREIGN_KEYS("foreignKeys"),
    VIEWS("views"),
    MATERIALIZED_VIEWS("materializedViews"),
    RULES("rules"),
    TRIGGERS("triggers"),
    POLICIES("policies"),
    /** Extended statistics. */
    STATISTICS("statistics"),
    COMMENTS("comments");

    private final String key;

    Carried(String key) {
        this.key = key;
    }

    /** Its key in the task file's {@code carry}. */
    public String key() {
        return key;
    }
}
