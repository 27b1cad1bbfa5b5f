package io.syncline.cli.types;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The statements over the tables of one type. Of the type number 7 there are {@code v7} with the type as a value, {@code l7} with no key at all, and where it can be a
 * key {@code k7} with it as the key and {@code m7} with it as the first part of one. Rows carry the number {@code n} of the literal that they began with; 0 is NULL.
 * Everything that a statement chooses rows by is the same wherever it runs, so that two schemas that saw the same statements hold the same rows.
 *
 * @param number of the type
 * @param copies how many rows each literal has in {@code v}, {@code m} and, more or less, {@code l}
 */
record TypeScript(String schema, int number, TypeTable table, int copies) {

    /** What is done to the rows of all tables, one after another. */
    enum Step {
        INSERT,
        /** Another value; in keyless tables to some of equal rows. */
        UPDATE,
        /** The value that is equal and prints otherwise; a key that becomes it, and one that is deleted and comes again as it. */
        TWINS,
        /** Other keys. */
        MOVE,
        DELETE,
        /** What is left goes. */
        EMPTY
    }

    List<String> tables() {
        return table.key()
                ? List.of("v" + number, "l" + number, "k" + number, "m" + number)
                : List.of("v" + number, "l" + number);
    }

    String create() {
        String keyed = table.key()
                ? script(
                        "CREATE TABLE %k (k %type PRIMARY KEY, n int, p int)",
                        "CREATE TABLE %m (k %type, c int, n int, p int, PRIMARY KEY (k, c))")
                : "";
        return script(
                        "CREATE TABLE %v (id int PRIMARY KEY, n int, c int, v %type)",
                        "CREATE TABLE %l (v %type, n int, w int)")
                + keyed;
    }

    /** What the owner does where the log has to hold whole old rows and nobody else can ask for them. */
    String wholeOldRows() {
        return script("ALTER TABLE %l REPLICA IDENTITY FULL");
    }

    String of(Step step) {
        return switch (step) {
            case INSERT ->
                each(
                                0,
                                n -> script(
                                        "INSERT INTO %v SELECT " + n + " * 10000 + c, " + n + ", c, " + value(n)
                                                + " FROM generate_series(1, %copies) c",
                                        "INSERT INTO %l SELECT " + value(n) + ", " + n
                                                + ", 0 FROM generate_series(1, %copies + 2) c"))
                        + keyed(n -> script(
                                "INSERT INTO %k VALUES (" + value(n) + ", " + n + ", 0)",
                                "INSERT INTO %m SELECT " + value(n) + ", c, " + n
                                        + ", 0 FROM generate_series(1, %copies) c"));
            case UPDATE ->
                each(
                                0,
                                n -> script(
                                        "UPDATE %v SET v = " + value(next(n)) + " WHERE n = " + n,
                                        "UPDATE %l SET v = " + value(next(n)) + ", w = 1 WHERE "
                                                + some("n = " + n, "%copies")))
                        + (table.key() ? script("UPDATE %k SET p = p + 1", "UPDATE %m SET p = p + 1") : "");
            case TWINS ->
                each(1, n -> twin(n) == null ? "" : script("UPDATE %v SET v = " + twin(n) + " WHERE n = " + n))
                        + keyed(n -> twin(n) == null
                                ? ""
                                : script(
                                        "UPDATE %k SET k = " + twin(n) + " WHERE n = " + n,
                                        "DELETE FROM %m WHERE n = " + n,
                                        "INSERT INTO %m SELECT " + twin(n) + ", c, " + n
                                                + ", 7 FROM generate_series(1, %copies) c"));
            case MOVE ->
                script("UPDATE %v SET id = -id")
                        + each(0, n -> script("UPDATE %l SET n = n + 100 WHERE " + some("w = 1 AND n = " + n, "1")))
                        + (table.key() ? script("DELETE FROM %k WHERE n % 2 = 0") : "")
                        + keyed(n -> script("UPDATE %m SET k = " + value(Math.max(1, next(n)))
                                        + ", c = c + 10000 WHERE n = " + n)
                                + (n % 2 == 1 && next(n) > 0
                                        ? script("UPDATE %k SET k = " + value(next(n)) + " WHERE n = " + n)
                                        : ""));
            case DELETE ->
                script("DELETE FROM %v WHERE c > 1 OR n % 2 = 0")
                        + each(0, n -> script("DELETE FROM %l WHERE " + some("w = 0 AND n = " + n, "1")))
                        + (table.key()
                                ? script(
                                        "DELETE FROM %k WHERE n % 4 = 1", "DELETE FROM %m WHERE c > 10001 OR n % 2 = 0")
                                : "");
            case EMPTY ->
                tables().stream()
                        .map(name -> script("DELETE FROM " + qualified(name)))
                        .collect(Collectors.joining());
        };
    }

    /** The condition that takes so many of the rows that are equal. */
    private static String some(String condition, String count) {
        return "ctid = ANY (ARRAY(SELECT ctid FROM %l WHERE " + condition + " LIMIT " + count + "))";
    }

    private String keyed(IntFunction<String> statements) {
        return table.key() ? each(1, statements) : "";
    }

    private String each(int from, IntFunction<String> statements) {
        return IntStream.rangeClosed(from, table.literals().size())
                .mapToObj(statements)
                .collect(Collectors.joining());
    }

    private int next(int n) {
        return (n + 1) % (table.literals().size() + 1);
    }

    private String value(int n) {
        return cast(n == 0 ? "NULL" : table.literals().get(n - 1).sql());
    }

    private @Nullable String twin(int n) {
        String twin = table.literals().get(n - 1).twin();
        return twin == null ? null : cast(twin);
    }

    private String cast(String literal) {
        return "CAST(" + literal + " AS " + table.type() + ")";
    }

    private String script(String... statements) {
        return Stream.of(statements)
                .map(statement -> statement
                                .replace("%type", table.type())
                                .replace("%copies", "" + copies)
                                .replace("%v", qualified("v" + number))
                                .replace("%l", qualified("l" + number))
                                .replace("%k", qualified("k" + number))
                                .replace("%m", qualified("m" + number))
                        + ";\n")
                .collect(Collectors.joining());
    }

    private String qualified(String name) {
        return schema + "." + name;
    }
}
