package io.syncline.postgresql.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.model.TableId;
import io.syncline.api.schema.Layout;
import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.Partitioning;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.ColumnDefinition;
import io.syncline.api.schema.SchemaObject.Index;
import io.syncline.api.schema.SchemaObject.KeyConstraint;
import io.syncline.api.schema.SchemaObject.Table;
import io.syncline.api.schema.SchemaPlan;
import io.syncline.api.task.EditedStatements;
import io.syncline.api.task.Placement.Storage;
import io.syncline.api.task.Placement.TableType;
import io.syncline.postgresql.session.Dialect;
import io.syncline.postgresql.session.ServerSystem;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What each dialect is told of where a table lies. */
class DistributedDdlTest {

    private static final TableId T = new TableId("d", "public", "t");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "POSTGRESQL | HASH | a,B | - | ()",
                "POSTGRESQL | - | - | AO_ROW | ()",
                "GREENPLUM_7 | - | - | - | ()",
                "GREENPLUM_7 | HASH | a,B | - | () DISTRIBUTED BY (\"a\", \"B\")",
                "GREENPLUM_7 | REPLICATED | - | - | () DISTRIBUTED REPLICATED",
                "GREENPLUM_7 | RANDOM | - | HEAP | () USING heap DISTRIBUTED RANDOMLY",
                "GREENPLUM_7 | HASH | a | AO_ROW | () USING ao_row DISTRIBUTED BY (\"a\")",
                "GREENPLUM_7 | HASH | a | AO_COLUMN | () USING ao_column DISTRIBUTED BY (\"a\")",
                "GREENPLUM_7 | HASH | a | BEAM | () USING beam DISTRIBUTED BY (\"a\")",
                "GREENPLUM_6 | HASH | a | HEAP | () WITH (appendonly=false) DISTRIBUTED BY (\"a\")",
                "GREENPLUM_6 | HASH | a | AO_ROW | () WITH (appendonly=true, orientation=row) DISTRIBUTED BY (\"a\")",
                "GREENPLUM_6 | RANDOM | - | AO_COLUMN | () WITH (appendonly=true, orientation=column) DISTRIBUTED RANDOMLY",
            })
    void tables(
            Dialect dialect,
            @Nullable TableType type,
            @Nullable String columns,
            @Nullable Storage storage,
            String golden) {
        Layout layout = new Layout(type, columns == null ? List.of() : List.of(columns.split(",")), storage);
        assertThat(PostgresSchemaWriter.statement(
                        table(layout), new ServerSystem(120012, dialect), EditedStatements.NONE))
                .isEqualTo("CREATE TABLE \"public\".\"t\" " + golden);
    }

    /** A key that the server cannot hold is listed, and rows are found without it. */
    @ParameterizedTest
    @EnumSource
    void keysThatCannotBe(Dialect dialect) {
        SchemaPlan random = plan(new Layout(TableType.RANDOM, List.of(), null));
        SchemaPlan appended = plan(new Layout(TableType.HASH, List.of("id"), Storage.AO_ROW));
        List<String> both = List.of("primary key public.t.t_pkey", "index public.t.once");

        assertThat(DistributedForm.fit(random, dialect).leftOut())
                .extracting(LeftOut::what)
                .isEqualTo(dialect == Dialect.POSTGRESQL ? List.of() : both);
        assertThat(DistributedForm.fit(appended, dialect).leftOut())
                .extracting(LeftOut::what)
                .isEqualTo(dialect == Dialect.GREENPLUM_6 ? both : List.of());
    }

    @Test
    void appendOptimisedTablesHaveNoFillFactor() {
        SchemaPlan fit = DistributedForm.fit(
                plan(new Layout(TableType.HASH, List.of("id"), Storage.AO_COLUMN)), Dialect.GREENPLUM_7);
        assertThat(((Table) fit.objects().getFirst()).storageParameters()).isEmpty();
    }

    private static SchemaPlan plan(Layout layout) {
        List<ColumnDefinition> columns = List.of(new ColumnDefinition("id", "integer", null, true, null, null, null));
        List<SchemaObject> objects = List.of(
                new Table(T, columns, List.of(), false, List.of("fillfactor=70"), Partitioning.NONE, layout),
                new KeyConstraint(T, "t_pkey", ObjectRef.Kind.PRIMARY_KEY, true, "PRIMARY KEY (id)"),
                new Index(T, "once", true, false, "USING btree (id)"),
                new Index(T, "often", false, false, "USING btree (id)"));
        return new SchemaPlan(objects, List.of());
    }

    private static Table table(Layout layout) {
        return new Table(T, List.of(), List.of(), false, List.of(), Partitioning.NONE, layout);
    }
}
