package io.syncline.document;

import io.syncline.api.task.DatabaseRule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code databases}. */
final class DatabasesReader {

    private static final String EXCEPT = "!";

    private final Review review;
    private final Map<String, Cursor> destinations = new HashMap<>();
    private final Map<DatabaseRule, Cursor> seen = new HashMap<>();

    DatabasesReader(Review review) {
        this.review = review;
    }

    List<DatabaseRule> read(Cursor root) {
        List<DatabaseRule> rules = new ArrayList<>();
        Cursor databases = root.key("databases");
        for (Cursor entry : databases.entries()) {
            rule(entry).ifPresent(rules::add);
        }
        if (!rules.isEmpty() && rules.stream().allMatch(DatabaseRule::leavesOut)) {
            review.wrong(databases, "chooses no database: every entry leaves some out");
        }
        if (databases.exists() && root.key("id").exists()) {
            review.wrong(
                    root.key("id"),
                    "is of one database's task; with databases it goes into the entry of the database that it is of");
        }
        return rules;
    }

    private Optional<DatabaseRule> rule(Cursor entry) {
        Cursor written = entry.text().isPresent() ? entry : entry.key("database");
        String text = written.text().orElse("");
        boolean leavesOut = text.startsWith(EXCEPT);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            Names.Single name = Names.single(leavesOut ? text.substring(EXCEPT.length()) : text);
            DatabaseRule rule = rule(name, leavesOut, entry);
            review(rule, written, entry);
            return Optional.of(rule);
        } catch (Names.Malformed e) {
            review.wrong(written, e.why());
            return Optional.empty();
        }
    }

    private DatabaseRule rule(Names.Single name, boolean leavesOut, Cursor entry) {
        ObjectsReader.Objects objects = new ObjectsReader(review).read(entry.key("objects"));
        return new DatabaseRule(
                name.name(),
                name.quoted(),
                leavesOut,
                entry.key("to").text().orElse(null),
                entry.key("id").text().orElse(null),
                objects.rules(),
                objects.except());
    }

    private void review(DatabaseRule rule, Cursor written, Cursor entry) {
        Cursor first = seen.putIfAbsent(
                new DatabaseRule(rule.name(), rule.isExact(), rule.leavesOut(), null, null, List.of(), List.of()),
                written);
        if (first != null) {
            review.wrong(written, "is listed before, in line " + review.line(first));
        } else if (rule.leavesOut()) {
            refuse(entry, List.of("to", "id", "objects"), "means nothing for databases that stay behind");
        } else if (rule.isExact()) {
            requireOwnDestination(rule.to() == null ? rule.name() : rule.to(), entry.key("to"), written);
        } else {
            refuse(
                    entry,
                    List.of("to", "id"),
                    "is of one database, but database: " + rule.name() + " may stand for several");
        }
    }

    private void refuse(Cursor entry, List<String> keys, String why) {
        for (String key : keys) {
            if (entry.key(key).exists()) {
                review.wrong(entry.key(key), why);
            }
        }
    }

    /** Schemas of two databases would flow into each other without a word. */
    private void requireOwnDestination(String name, Cursor to, Cursor written) {
        Cursor place = to.exists() ? to : written;
        if (name.getBytes(StandardCharsets.UTF_8).length > Names.MAX_BYTES) {
            review.wrong(place, "is a name of more than " + Names.MAX_BYTES + " bytes, which PostgreSQL would cut");
        }
        Cursor other = destinations.putIfAbsent(name, written);
        if (other != null) {
            review.wrong(
                    place,
                    "goes to the destination's database " + Quoted.of(name) + ", as the entry in line "
                            + review.line(other) + " does; each database needs one of its own");
        }
    }
}
