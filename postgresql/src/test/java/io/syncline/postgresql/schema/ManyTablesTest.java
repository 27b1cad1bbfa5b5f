package io.syncline.postgresql.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CatalogReader.TableInfo;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.ObjectScope;
import io.syncline.api.schema.SchemaPlan;
import io.syncline.postgresql.catalog.PostgresCatalog;
import io.syncline.testkit.postgres.Sql;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Thousands of tables are read by as many questions as one, and with few locks at a time (T41). */
@Tag("slow")
class ManyTablesTest {

    private static final int PORTIONS = 6;
    private static final int TABLES = 250;

    @Test
    void t41ThousandsOfTablesAreReadSetWise() {
        try (Ends ends = new Ends("18", "18");
                Sql sql = ends.source.sql()) {
            for (int portion = 0; portion < PORTIONS; portion++) {
                sql.execute("DO $$ BEGIN FOR i IN 1.." + TABLES + " LOOP EXECUTE format('CREATE TABLE t_" + portion
                        + "_%s (id serial PRIMARY KEY, parent int REFERENCES t_" + portion
                        + "_%s, v text UNIQUE, w int CHECK (w > 0))', i, greatest(1, i - 1)); END LOOP; END $$");
            }
            List<TableSchema> tables = new PostgresCatalog(ends.sourceSessions)
                    .tables(_ -> true).stream().map(TableInfo::schema).toList();
            SchemaPlan plan = new SchemaReader(ends.sourceSessions).read(ObjectScope.of(tables));
            assertThat(tables).hasSize(PORTIONS * TABLES);
            assertThat(plan.objects().stream()
                            .collect(
                                    Collectors.groupingBy(object -> object.ref().kind(), Collectors.counting())))
                    .containsEntry(ObjectRef.Kind.SEQUENCE, (long) PORTIONS * TABLES)
                    .containsEntry(ObjectRef.Kind.TABLE, (long) PORTIONS * TABLES)
                    .containsEntry(ObjectRef.Kind.PRIMARY_KEY, (long) PORTIONS * TABLES)
                    .containsEntry(ObjectRef.Kind.UNIQUE, (long) PORTIONS * TABLES)
                    .containsEntry(ObjectRef.Kind.FOREIGN_KEY, (long) PORTIONS * TABLES)
                    .containsEntry(ObjectRef.Kind.SEQUENCE_OWNER, (long) PORTIONS * TABLES)
                    .containsEntry(ObjectRef.Kind.SEQUENCE_VALUE, (long) PORTIONS * TABLES);
        }
    }
}
