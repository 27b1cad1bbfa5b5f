package io.syncline.api.schema;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Names an object of a schema for the ledger and for messages.
 *
 * @param schema the namespace; empty for a schema itself
 * @param parent the table it belongs to (constraints, indexes); empty for others
 * @param name its own name; of kinds that several share a name of, with what tells them apart, as SQL writes it: {@code "f"(integer, text)}
 */
public record ObjectRef(Kind kind, String schema, String parent, String name) {

    public enum Kind {
        SCHEMA,
        TYPE,
        SEQUENCE,
        TABLE,
        PRIMARY_KEY,
        UNIQUE,
        EXCLUSION,
        CHECK,
        INDEX,
        FOREIGN_KEY,
        SEQUENCE_OWNER,
        SEQUENCE_VALUE,
        COMMENT,
        TRIGGER_STATE,
        EXTENSION,
        COLLATION,
        FUNCTION,
        PROCEDURE,
        AGGREGATE,
        OPERATOR,
        OPERATOR_FAMILY,
        OPERATOR_CLASS,
        CAST,
        TEXT_SEARCH_DICTIONARY,
        TEXT_SEARCH_CONFIGURATION,
        VIEW,
        MATERIALIZED_VIEW,
        TRIGGER,
        RULE,
        POLICY,
        ROW_SECURITY,
        STATISTICS,
        ROLE,
        MEMBERSHIP,
        GRANTS;

        /** As SQL and people say it: {@code materialized view}. */
        public String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /**
     * The same for texts in which an object must not be mistaken for another: each part in quotes, on one line.
     */
    public String label() {
        return Stream.of(schema, parent, name)
                .filter(part -> !part.isEmpty())
                .map(ObjectRef::quoted)
                .collect(Collectors.joining(".", kind.words() + " ", ""));
    }

    private static String quoted(String part) {
        String line = part.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
        return '"' + line.replace("\"", "\"\"") + '"';
    }

    @Override
    public String toString() {
        return kind.words() + " " + (schema.isEmpty() ? "" : schema + ".") + (parent.isEmpty() ? "" : parent + ".")
                + name;
    }
}
