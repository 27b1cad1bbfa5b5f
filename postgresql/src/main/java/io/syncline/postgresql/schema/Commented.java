package io.syncline.postgresql.schema;

import io.syncline.api.schema.ObjectRef;
import io.syncline.postgresql.session.ObjectAddress;
import io.syncline.postgresql.session.Quoting;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Adds the comment on an object to the statements that make it. */
final class Commented {

    private Commented() {}

    /**
     * @param text statements in pieces between which the table's name stands
     * @param quoted that name at the source
     */
    static List<String> with(List<String> text, ObjectRef ref, @Nullable String quoted, String comment) {
        String rest = " IS " + Quoting.literal(comment);
        String head = "; COMMENT ON " + ObjectAddress.head(ref);
        if (!ObjectAddress.belongsToTable(ref)) {
            return appended(text, head + rest);
        }
        if (text.size() == 1) {
            return appended(text, head + quoted + rest);
        }
        List<String> commented = new ArrayList<>(appended(text, head));
        commented.add(rest);
        return commented;
    }

    static List<String> appended(List<String> text, String more) {
        List<String> longer = new ArrayList<>(text);
        longer.set(longer.size() - 1, longer.getLast() + more);
        return longer;
    }
}
