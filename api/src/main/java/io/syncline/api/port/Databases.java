package io.syncline.api.port;

import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** The databases of one server, for systems where a session sees one of them only. */
public interface Databases {

    /**
     * A database that sessions may be opened in.
     *
     * @param mayConnect whether our role may, as far as the catalog tells
     * @param encoding of its text, in the system's word
     * @param order how its text is ordered
     */
    record Database(String name, boolean mayConnect, String encoding, TextOrder order) {}

    /**
     * @param provider who orders text, in the system's word
     * @param collate the operating system's locale that orders
     * @param characters the operating system's locale that tells what a letter is
     * @param named the provider's own locale, where it has one
     */
    record TextOrder(
            String provider,
            String collate,
            String characters,
            @Nullable String named) {}

    /**
     * How a database would be made.
     *
     * @param statement the whole of it
     * @param differences what it would have otherwise than its model, in words
     */
    record Making(String statement, List<String> differences) {
        public Making {
            differences = List.copyOf(differences);
        }
    }

    /** Those of the server but for templates, by name. */
    SortedMap<String, Database> all();

    /** Whether our role may make databases. */
    boolean mayMake();

    /**
     * How a database is made here that takes the same text as another server's.
     *
     * @param like the model; null when nothing is known of it
     */
    Making making(String name, @Nullable Database like);

    /** Makes it; one of that name that came into being meanwhile is as good. */
    void make(Making making);
}
