package io.syncline.api.task;

/** Where the tables that a pattern chooses go to. */
public record ObjectTarget(NamePart schema, NamePart table) {

    public static ObjectTarget exactly(String schema, String table) {
        return new ObjectTarget(NamePart.exactly(schema), NamePart.exactly(table));
    }

    /**
     * The place of one of the tables.
     *
     * @param pattern that chose it; where a part of this has a star, that part of the pattern has exactly one and no other wildcard
     * @param capitalization of what stars stand for
     */
    public ObjectName of(ObjectPattern pattern, String schemaName, String tableName, Capitalization capitalization) {
        return new ObjectName(
                schema.hasStar()
                        ? schema.with(capitalization.of(Glob.star(pattern.schema(), schemaName)))
                        : schema.before(),
                table.hasStar()
                        ? table.with(capitalization.of(Glob.star(pattern.table(), tableName)))
                        : table.before());
    }
}
