package io.syncline.postgresql.schema;

import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.SchemaObject.Action.Firing;
import io.syncline.api.task.Carried;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An object that the source's own words can make, whether it is wanted or not.
 *
 * @param relation the oid of the table or view that it belongs to; 0 for an object of its own
 * @param text its statements, in pieces between which its table's name stands; one piece when nothing can be put in that place
 * @param quoted the name of its table or view as it stands there, or null
 * @param firing of triggers and rules, else null
 * @param why the reason why it cannot be carried, or null
 */
record Candidate(
        Part.Id id,
        ObjectRef ref,
        Carried kind,
        long relation,
        List<String> text,
        @Nullable String quoted,
        @Nullable Firing firing,
        @Nullable String why) {

    Candidate {
        text = List.copyOf(text);
    }

    /** The statements with the source's own name of its table or view. */
    String whole() {
        return String.join(quoted == null ? "" : quoted, text);
    }

    /**
     * Reads a row of a {@link CandidateQuery}.
     *
     * @param comments whether comments are carried
     */
    static Candidate of(CandidateQuery query, ResultSet row, boolean comments) throws SQLException {
        ObjectRef ref = new ObjectRef(
                ObjectRef.Kind.valueOf(row.getString("kind")),
                row.getString("schema"),
                row.getString("parent"),
                row.getString("name"));
        String definition = row.getString("definition");
        String why = row.getString("why");
        if (definition == null && why == null) {
            why = "it was dropped while it was read";
        }
        String quoted = row.getString("quoted");
        List<String> text = definition == null ? List.of() : pieces(definition, query.before(), quoted);
        String comment = row.getString("comment");
        if (comments && comment != null && !text.isEmpty()) {
            text = Commented.with(text, ref, quoted, comment);
        }
        if (comments && row.getString("more") != null && !text.isEmpty()) {
            text = Commented.appended(text, row.getString("more"));
        }
        return new Candidate(
                new Part.Id(query.catalog(), row.getLong("oid")),
                ref,
                query.kind(),
                row.getLong("relation"),
                text,
                quoted,
                firing(row.getString("firing")),
                why);
    }

    /** Cuts the table's name out, where exactly one place can be it. */
    private static List<String> pieces(String definition, String before, @Nullable String quoted) {
        if (before.isEmpty() || quoted == null) {
            return List.of(definition);
        }
        String place = before + quoted;
        int at = definition.indexOf(place);
        if (at < 0 || definition.indexOf(place, at + 1) >= 0) {
            return List.of(definition);
        }
        return List.of(definition.substring(0, at + before.length()), definition.substring(at + place.length()));
    }

    private static @Nullable Firing firing(@Nullable String letter) {
        if (letter == null) {
            return null;
        }
        return switch (letter) {
            case "O" -> Firing.ORDINARY;
            case "D" -> Firing.DISABLED;
            case "R" -> Firing.REPLICA;
            case "A" -> Firing.ALWAYS;
            default -> throw new IllegalStateException("a trigger is enabled in an unknown way: " + letter);
        };
    }
}
