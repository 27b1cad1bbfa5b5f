package io.syncline.cli.output;

import io.syncline.engine.verify.CompareReport;
import io.syncline.engine.verify.Difference;
import io.syncline.engine.verify.TableResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A comparison's results, for people and for programs. */
public final class CompareText {

    private CompareText() {}

    /** A line for the table, and one for each listed row that differs. */
    public static List<String> table(TableResult table) {
        List<String> lines = new ArrayList<>();
        lines.add((table.isSame() ? "same      " : "DIFFERENT ") + name(table) + ": " + rows(table));
        for (Difference difference : table.listed()) {
            String columns = difference.columns().isEmpty() ? "" : ": " + String.join(", ", difference.columns());
            lines.add("            " + word(difference.kind()) + ": " + difference.key() + columns);
        }
        long more = table.differing() + table.unsettled() - table.listed().size();
        if (more > 0 && !table.listed().isEmpty()) {
            lines.add("            and " + Amounts.count(more) + " more");
        }
        return lines;
    }

    /** The last line. */
    public static String verdict(CompareReport report) {
        String total =
                Amounts.count(rows(report)) + " rows of " + report.tables().size() + " tables";
        if (report.isSame()) {
            return "No differences in " + total + ".";
        }
        long unsettled = unsettled(report);
        return Amounts.count(differing(report)) + " rows differ"
                + (unsettled == 0
                        ? ""
                        : ", " + Amounts.count(unsettled) + " changed faster than they could be compared")
                + ", in " + total + ".";
    }

    /** The event of a table. */
    public static Map<String, @Nullable Object> tableFields(TableResult table) {
        return Fields.event("compareTable")
                .put("source", table.source().toString())
                .put("destination", table.destination().toString())
                .put("same", table.isSame())
                .put("sourceRows", table.sourceRows())
                .put("destinationRows", table.destinationRows())
                .put("differing", table.differing())
                .put("unsettled", table.unsettled())
                .put("rows", table.listed().stream().map(CompareText::fields).toList())
                .map();
    }

    /** The last event. */
    public static Map<String, @Nullable Object> verdictFields(CompareReport report) {
        return Fields.event("compare")
                .put("same", report.isSame())
                .put("followed", report.followed())
                .put("tables", report.tables().size())
                .put("rows", rows(report))
                .put("differing", differing(report))
                .put("unsettled", unsettled(report))
                .map();
    }

    private static Map<String, @Nullable Object> fields(Difference difference) {
        return new Fields()
                .put("kind", difference.kind().name().toLowerCase(Locale.ROOT))
                .put("key", difference.key())
                .put("columns", difference.columns())
                .map();
    }

    private static String name(TableResult table) {
        String source = table.source().toString();
        String destination = table.destination().toString();
        return source.equals(destination) ? source : source + " -> " + destination;
    }

    private static String rows(TableResult table) {
        return table.sourceRows() == table.destinationRows()
                ? Amounts.count(table.sourceRows()) + " rows"
                : Amounts.count(table.sourceRows()) + " rows at the source, " + Amounts.count(table.destinationRows())
                        + " at the destination";
    }

    private static String word(Difference.Kind kind) {
        return switch (kind) {
            case MISSING -> "missing at the destination";
            case EXTRA -> "at the destination only";
            case CHANGED -> "other values";
            case UNSETTLED -> "changed too fast to compare";
        };
    }

    private static long rows(CompareReport report) {
        return report.tables().stream().mapToLong(TableResult::sourceRows).sum();
    }

    private static long differing(CompareReport report) {
        return report.tables().stream().mapToLong(TableResult::differing).sum();
    }

    private static long unsettled(CompareReport report) {
        return report.tables().stream().mapToLong(TableResult::unsettled).sum();
    }
}
