package io.syncline.api.task;

/** Where the tables that a pattern chooses go to. */
public record ObjectTarget(NamePart schema, NamePart table) {

    public static ObjectTarget exactly(String schema, String table) {
        return new ObjectTarget(NamePart.exactly(schema), NamePart.exactly(table));
    }

    /**
     * The place of one of the tables.
     *
     * @param pattern that chose it; where a part of this has a star, that part of the pattern has exactly one and no other wildcard, or none at all
     * @param capitalization of what stars stand for
     */
    public ObjectName of(ObjectPattern pattern, String schemaName, String tableName, Capitalization capitalization) {
        return new ObjectName(
                schema.with(capitalization.of(pattern.starInSchema(schemaName))),
                table.with(capitalization.of(pattern.starInTable(tableName))));
    }
}
