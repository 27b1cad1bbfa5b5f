package io.syncline.postgresql.verify;

import io.syncline.api.model.Column;
import io.syncline.api.model.Origin;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.DigestReader.Compared;
import io.syncline.api.port.DigestReader.Shape;
import io.syncline.postgresql.session.OriginSql;
import io.syncline.postgresql.session.Quoting;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The statements of {@link PostgresDigests}. A row's digest is the first 64 bits of the MD5 of its columns' text forms, written as a record so that NULL, the empty
 * string and separators in values cannot be taken for each other; MD5 is the same in every version and under every collation, unlike the server's hash functions.
 */
final class DigestSql {

    private static final Pattern LENGTHS = Pattern.compile("^(character varying|character|bit varying|bit)\\(\\d+\\)");

    /**
     * Types whose numbers print with as many digits as the release likes (12: the shortest that read back, T45), with the functions that send their bits.
     */
    private static final Map<String, String> BITS = Map.of(
            "real", "float4send",
            "double precision", "float8send",
            "real[]", "array_send",
            "double precision[]", "array_send",
            "point", "point_send",
            "lseg", "lseg_send",
            "box", "box_send",
            "path", "path_send",
            "polygon", "poly_send",
            "circle", "circle_send");

    private static final int COUNTS_NULLS = 90_600;

    private final Shape shape;
    private final int serverVersion;

    /** @param serverVersion {@code server_version_num} of the server that is asked */
    DigestSql(Shape shape, int serverVersion) {
        this.shape = shape;
        this.serverVersion = serverVersion;
    }

    /** Bucket, rows, sum of digests; one parameter, the number of buckets less one. */
    String buckets() {
        return "SELECT bucket, count(*), sum(digest::numeric) FROM (SELECT " + bucket() + " AS bucket, " + digest()
                + " AS digest FROM " + from() + where() + ") AS rows GROUP BY bucket";
    }

    /** Key columns, digest; parameters: the number of buckets less one, an int array of the wanted buckets. */
    String rows() {
        return "SELECT " + keyTexts() + ", " + digest() + " FROM " + from() + " WHERE " + bucket() + " = ANY (?::int[])"
                + andOwn();
    }

    /** Key columns, digest; parameters: the key columns' texts of each of {@code keys} keys. */
    String lookup(int keys) {
        return "SELECT " + keyTexts() + ", " + digest() + " FROM " + from() + " WHERE " + isOneOf(keys) + andOwn();
    }

    /** All columns in their compared text form; parameters as in {@link #lookup}. */
    String values(int keys) {
        String columns = shape.columns().stream().map(this::text).collect(Collectors.joining(", "));
        return "SELECT " + columns + " FROM " + from() + " WHERE " + isOneOf(keys) + andOwn();
    }

    private String from() {
        return Quoting.table(shape.table().table()) + " AS t";
    }

    private String where() {
        Origin origin = shape.origin();
        return origin == null ? "" : " WHERE " + OriginSql.isOwn(origin, "t");
    }

    private String andOwn() {
        Origin origin = shape.origin();
        return origin == null ? "" : " AND " + OriginSql.isOwn(origin, "t");
    }

    private String digest() {
        return "('x' || substr(md5(" + record(shape.columns()) + "), 1, 16))::bit(64)::bigint";
    }

    private String bucket() {
        List<Compared> columns = shape.key().isEmpty()
                ? shape.columns()
                : shape.key().stream().map(shape.columns()::get).toList();
        return "(('x' || substr(md5(" + record(columns) + "), 1, 8))::bit(32)::int & ?)";
    }

    private String record(List<Compared> columns) {
        return "ROW(" + columns.stream().map(this::compared).collect(Collectors.joining(", ")) + ")::text";
    }

    private String keyTexts() {
        return shape.key().stream()
                .map(index -> text(shape.columns().get(index)))
                .collect(Collectors.joining(", "));
    }

    /**
     * The column's text form in the compared type. A value of another type takes the way by which it was carried, through its output function's text (T45): a cast of the
     * value itself may come to something else (real to double precision, boolean to text).
     */
    private String text(Compared compared) {
        return "(" + value(compared) + ")::text";
    }

    /** What digests are made of: equal for equal values on servers of all releases. */
    private String compared(Compared compared) {
        String send = BITS.get(compared.as());
        return send == null ? text(compared) : "encode(pg_catalog." + send + "(" + value(compared) + "), 'hex')";
    }

    private String value(Compared compared) {
        String column = "t." + Quoting.identifier(compared.name());
        if (compared.as().equals(column(compared).type().name())) {
            return column;
        }
        // A value of a row type may be there and be NULL in all its columns.
        String there = serverVersion >= COUNTS_NULLS ? "num_nulls(" + column + ") = 0" : column + "::text IS NOT NULL";
        return "CASE WHEN " + there + " THEN CAST(format('%s', " + column + ") AS " + uncut(compared.as()) + ") END";
    }

    /** An explicit cast to a type of limited length cuts without a word (T16), but what is too long must show as a difference. */
    private static String uncut(String type) {
        return LENGTHS.matcher(type)
                .replaceFirst(match -> match.group(1).equals("character")
                        ? "bpchar"
                        : match.group(1).replaceFirst("^bit$", "bit varying"));
    }

    private String isOneOf(int keys) {
        String columns = shape.key().stream()
                .map(index ->
                        "t." + Quoting.identifier(shape.columns().get(index).name()))
                .collect(Collectors.joining(", "));
        String key = shape.key().stream()
                .map(index -> "CAST(CAST(? AS text) AS "
                        + column(shape.columns().get(index)).type().unconstrained() + ")")
                .collect(Collectors.joining(", ", "(", ")"));
        return "(" + columns + ") IN ("
                + IntStream.range(0, keys).mapToObj(n -> key).collect(Collectors.joining(", ")) + ")";
    }

    private Column column(Compared compared) {
        TableSchema table = shape.table();
        return table.columns().get(table.indexOf(compared.name()));
    }
}
