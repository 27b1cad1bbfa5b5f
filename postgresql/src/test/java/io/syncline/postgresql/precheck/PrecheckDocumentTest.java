package io.syncline.postgresql.precheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.PrecheckItem;
import io.syncline.api.port.PrecheckScope;
import io.syncline.api.task.Stage;
import io.syncline.postgresql.session.Dialect;
import io.syncline.postgresql.session.NamedLog;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PrecheckDocumentTest {

    /** Every item has its line in the reference, and no line speaks of an item that is gone. */
    @Test
    void theReferenceListsEveryItem() throws IOException {
        String reference = Files.readString(Path.of("..", "docs", "reference", "precheck.md"));
        Set<String> documented = Pattern.compile("^\\| `([a-z-]+)`", Pattern.MULTILINE)
                .matcher(reference)
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toSet());
        Set<String> items = new TreeSet<>();
        try (Sessions source = Prechecks.sessions(Side.SOURCE, 1, "x", "x", "x");
                Sessions destination = Prechecks.sessions(Side.DESTINATION, 1, "x", "x", "x")) {
            for (Stage[] stages : List.of(Stage.values(), new Stage[] {Stage.FULL, Stage.INCREMENTAL})) {
                PrecheckScope scope = Prechecks.everything(stages);
                SourcePrechecks checks = new SourcePrechecks(source, NamedLog.NONE, Prechecks.located(source));
                for (Dialect dialect : Dialect.values()) {
                    checks.items(scope, new Probe(source), dialect, dialect.isDistributed()).stream()
                            .map(PrecheckItem::id)
                            .forEach(items::add);
                }
                new DestinationPrechecks(destination, Prechecks.LEDGER)
                        .items(scope).stream().map(PrecheckItem::id).forEach(items::add);
            }
        }
        assertThat(documented).containsExactlyInAnyOrderElementsOf(items);
    }
}
