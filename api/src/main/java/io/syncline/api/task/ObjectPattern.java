package io.syncline.api.task;

/**
 * A {@code schema.table} pattern with both parts' quotes resolved.
 *
 * @param schema glob, or the exact name when {@code schemaQuoted}
 * @param table glob, or the exact name when {@code tableQuoted}
 * @param text as the user wrote it, for messages
 */
public record ObjectPattern(String schema, boolean schemaQuoted, String table, boolean tableQuoted, String text) {

    public boolean matches(String schemaName, String tableName) {
        return part(schema, schemaQuoted, schemaName) && part(table, tableQuoted, tableName);
    }

    /** True when it chooses everything of this schema. */
    public boolean isWhole(String schemaName) {
        return !tableQuoted && table.equals("*") && part(schema, schemaQuoted, schemaName);
    }

    /** True when neither part holds a wildcard: then a missing table is an error, not a warning. */
    public boolean isExact() {
        return isExactInSchema() && isExactInTable();
    }

    /** Whether what its schema part leaves open is one star. */
    public boolean hasStarInSchema() {
        return !schemaQuoted && Glob.hasOneStar(schema);
    }

    /** Whether what its table part leaves open is one star. */
    public boolean hasStarInTable() {
        return !tableQuoted && Glob.hasOneStar(table);
    }

    /** What the star of its schema part stands for in a name that it matches; the name where it leaves nothing open. */
    String starInSchema(String schemaName) {
        return isExactInSchema() ? schemaName : Glob.star(schema, schemaName);
    }

    /** The same of its table part. */
    String starInTable(String tableName) {
        return isExactInTable() ? tableName : Glob.star(table, tableName);
    }

    public boolean isExactInSchema() {
        return isExact(schema, schemaQuoted);
    }

    public boolean isExactInTable() {
        return isExact(table, tableQuoted);
    }

    private static boolean isExact(String glob, boolean quoted) {
        return quoted || !Glob.hasWildcard(glob);
    }

    private static boolean part(String glob, boolean quoted, String name) {
        return isExact(glob, quoted) ? glob.equals(name) : Glob.matches(glob, name);
    }
}
