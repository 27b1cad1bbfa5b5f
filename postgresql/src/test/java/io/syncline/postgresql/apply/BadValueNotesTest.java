package io.syncline.postgresql.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.apply.ApplyRules;
import io.syncline.api.apply.BadValue;
import io.syncline.postgresql.ledger.BadValueRows;
import io.syncline.postgresql.session.Dialect;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;

class BadValueNotesTest {

    /** I4, I5: all are counted, and the last ones kept. */
    @Test
    void moreThanAreKept() throws Exception {
        int many = BadValueRows.KEPT + 500;
        try (ApplyFixture fixture = new ApplyFixture("15", "CREATE TABLE t (id int PRIMARY KEY, v varchar(3))");
                Connection connection = fixture.sessions.open("test")) {
            connection.setAutoCommit(false);
            Target target = new Targets(connection, ApplyRules.STRICT, Dialect.POSTGRESQL).of(fixture.route("t"));
            BadValueNotes notes = new BadValueNotes(connection, ApplyFixture.TABLES, fixture.lease, table -> table);
            for (int id = 1; id <= many; id++) {
                notes.add(
                        target,
                        new BadValue.Refused("22001", "v", ""),
                        BadValue.Kind.INSERT,
                        BadValue.Outcome.QUARANTINED,
                        List.of(String.valueOf(id)));
            }
            notes.write();
            connection.commit();

            BadValue.Report report = fixture.ledger.badValues(fixture.task);
            assertThat(report.total()).isEqualTo(many);
            assertThat(report.last().getFirst().key()).containsExactly(String.valueOf(many));
            assertThat(fixture.sql
                            .rows("SELECT count(*), min(ordinal) FROM syncline.bad_value")
                            .toString())
                    .isEqualTo("[[1000, 1]]");
        }
    }
}
