package io.syncline.postgresql.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.SchemaWriter.Outcome;
import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.KeyConstraint;
import io.syncline.api.schema.SchemaObject.Phase;
import io.syncline.api.schema.SchemaPlan;
import io.syncline.testkit.postgres.Sql;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaRoundTripTest {

    @ParameterizedTest
    @CsvSource({"12, 12", "12, 18", "15, 15", "18, 18"})
    void aNastySchemaArrivesAsItIs(String from, String to) {
        try (Ends ends = new Ends(from, to);
                Sql source = ends.source.sql();
                Sql destination = ends.destination.sql()) {
            source.execute(Ends.script("nasty.sql"));
            if (from.equals("18")) {
                source.execute(Ends.script("nasty-18.sql"));
            }
            SchemaPlan plan = ends.plan(table -> !table.name().equals("not_chosen"));

            Map<SchemaObject, Outcome> outcomes = ends.makeAll(plan);

            assertThat(CatalogPicture.of(destination))
                    .hasSizeGreaterThan(80)
                    .containsExactlyElementsOf(CatalogPicture.of(source));
            assertThat(sequenceStates(destination)).isEqualTo(sequenceStates(source));
            assertThat(outcomes).doesNotContainValue(Outcome.POSTPONED);
            assertThat(plan.leftOut()).extracting(LeftOut::what).containsExactly("foreign key A b.c\"d.a_first.away");

            assertThat(ends.makeAll(plan).values())
                    .as("made again after a crash")
                    .isSubsetOf(Outcome.ALREADY_OURS, Outcome.ALREADY_THERE);
            assertThat(CatalogPicture.of(destination)).containsExactlyElementsOf(CatalogPicture.of(source));
        }
    }

    @Test
    void objectsComeByPhaseAndKeysThatFindRowsComeFirst() {
        try (Ends ends = new Ends("15", "15");
                Sql source = ends.source.sql()) {
            source.execute("""
                    CREATE TABLE a (x int NOT NULL, y int NOT NULL, CONSTRAINT u UNIQUE (x), CONSTRAINT w UNIQUE (x, y));
                    CREATE TABLE b (x int NOT NULL);
                    CREATE UNIQUE INDEX b_key ON b (x);
                    CREATE INDEX b_other ON b (x);
                    """);
            SchemaPlan plan = ends.plan(_ -> true);

            assertThat(plan.objects()).isSortedAccordingTo(java.util.Comparator.comparing(SchemaObject::phase));
            assertThat(plan.of(Phase.KEYS))
                    .extracting(object -> object.ref().name())
                    .containsExactlyInAnyOrder("u", "b_key");
            assertThat(plan.of(Phase.INDEXES))
                    .extracting(object -> object.ref().name())
                    .containsExactlyInAnyOrder("w", "b_other");
            assertThat(plan.objects())
                    .filteredOn(KeyConstraint.class::isInstance)
                    .extracting(object -> object.ref().kind())
                    .containsOnly(ObjectRef.Kind.UNIQUE);
        }
    }

    private static List<String> sequenceStates(Sql sql) {
        return sql.column("SELECT format('%I.%I', schemaname, sequencename) FROM pg_sequences ORDER BY 1").stream()
                .filter(name -> !name.startsWith("syncline."))
                .map(name -> name + sql.rows("SELECT last_value, is_called FROM " + name))
                .toList();
    }
}
