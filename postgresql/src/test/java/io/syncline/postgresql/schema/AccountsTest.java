package io.syncline.postgresql.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CatalogReader;
import io.syncline.api.port.SchemaWriter.Outcome;
import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.ObjectScope;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaPlan;
import io.syncline.api.task.Accounts;
import io.syncline.api.task.Carry;
import io.syncline.api.task.EditedStatements;
import io.syncline.api.task.ObjectPattern;
import io.syncline.postgresql.catalog.PostgresCatalog;
import io.syncline.postgresql.session.Dialect;
import io.syncline.postgresql.session.ServerSystem;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import io.syncline.testkit.postgres.Sql;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Roles are cluster-wide: each test takes away its own, and both servers start without them. */
class AccountsTest {

    private static final String ROLES = "acc_app, acc_reader, \"acc Owner\", acc_boss, acc_stays";

    private static final String SOURCE = """
            CREATE ROLE acc_app LOGIN PASSWORD 'app-password' CONNECTION LIMIT 7 VALID UNTIL '2099-01-02 03:04:05+00';
            CREATE ROLE acc_reader NOLOGIN NOINHERIT;
            CREATE ROLE "acc Owner";
            CREATE ROLE acc_boss SUPERUSER CREATEDB LOGIN PASSWORD 'boss-password';
            CREATE ROLE acc_stays;
            GRANT acc_reader TO acc_app WITH ADMIN OPTION;
            GRANT acc_stays TO acc_app;
            ALTER ROLE acc_app SET statement_timeout = '1h';
            CREATE SCHEMA sales;
            GRANT USAGE ON SCHEMA sales TO acc_reader, acc_app;
            CREATE TYPE sales.state AS ENUM ('new', 'old');
            REVOKE ALL ON TYPE sales.state FROM PUBLIC;
            GRANT USAGE ON TYPE sales.state TO acc_app;
            CREATE TABLE sales.orders (id bigint PRIMARY KEY, note text, state sales.state);
            GRANT SELECT (id, note), UPDATE (note) ON sales.orders TO acc_reader;
            GRANT SELECT, INSERT, UPDATE, DELETE ON sales.orders TO acc_app WITH GRANT OPTION;
            GRANT SELECT ON sales.orders TO acc_stays;
            CREATE TABLE sales.owned (id bigint PRIMARY KEY);
            ALTER TABLE sales.owned OWNER TO "acc Owner";
            CREATE VIEW sales.recent AS SELECT id FROM sales.orders;
            GRANT SELECT ON sales.recent TO PUBLIC;
            CREATE SEQUENCE sales.numbers;
            GRANT USAGE ON SEQUENCE sales.numbers TO acc_app;
            CREATE FUNCTION sales.open_to_all() RETURNS int LANGUAGE sql AS 'SELECT 1';
            CREATE FUNCTION sales.guarded() RETURNS int LANGUAGE sql AS 'SELECT 1';
            REVOKE ALL ON FUNCTION sales.guarded() FROM PUBLIC;
            GRANT EXECUTE ON FUNCTION sales.guarded() TO acc_reader;
            ALTER DEFAULT PRIVILEGES IN SCHEMA sales GRANT SELECT ON TABLES TO acc_reader;
            """;

    /** Every right of every carried role and of PUBLIC in the schema, by the server's own words. */
    private static final String RIGHTS = """
            SELECT string_agg(line, E'\\n' ORDER BY line COLLATE "C") FROM (
              SELECT format('%s %s %s %s', c.relname, r.rolname, p, has_table_privilege(r.oid, c.oid, p)) AS line
                FROM pg_class c, pg_roles r,
                     unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'SELECT WITH GRANT OPTION']) p
               WHERE c.relnamespace = 'sales'::regnamespace AND c.relkind IN ('r', 'v') AND r.rolname IN ('acc_app', 'acc_reader', 'acc Owner')
               UNION ALL
              SELECT format('%s.%s %s %s %s', c.relname, a.attname, r.rolname, p, has_column_privilege(r.oid, c.oid, a.attnum, p))
                FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0, pg_roles r, unnest(ARRAY['SELECT', 'UPDATE']) p
               WHERE c.relnamespace = 'sales'::regnamespace AND c.relkind IN ('r', 'v') AND r.rolname IN ('acc_app', 'acc_reader', 'acc Owner')
               UNION ALL
              SELECT format('%s %s %s', f.proname, r.rolname, has_function_privilege(r.oid, f.oid, 'EXECUTE'))
                FROM pg_proc f, pg_roles r WHERE f.pronamespace = 'sales'::regnamespace AND r.rolname IN ('acc_app', 'acc_reader', 'acc Owner')
               UNION ALL
              SELECT format('numbers %s %s', r.rolname, has_sequence_privilege(r.oid, 'sales.numbers', 'USAGE'))
                FROM pg_roles r WHERE r.rolname IN ('acc_app', 'acc_reader', 'acc Owner')
               UNION ALL
              SELECT format('state %s %s', r.rolname, has_type_privilege(r.oid, 'sales.state', 'USAGE'))
                FROM pg_roles r WHERE r.rolname IN ('acc_app', 'acc_reader', 'acc Owner')
               UNION ALL
              SELECT format('schema %s %s', r.rolname, has_schema_privilege(r.oid, 'sales', 'USAGE'))
                FROM pg_roles r WHERE r.rolname IN ('acc_app', 'acc_reader', 'acc Owner')) AS all_rights""";

    private static final String ROLE = """
            SELECT format('%s %s %s %s %s %s %s', r.rolcanlogin, r.rolinherit, r.rolconnlimit, r.rolvaliduntil AT TIME ZONE 'UTC', r.rolsuper, r.rolcreatedb,
                          (SELECT string_agg(g.rolname || ' ' || m.admin_option, ',') FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid))
              FROM pg_roles r WHERE r.rolname = '%s'""";

    @ParameterizedTest
    @CsvSource({"15, 15", "18, 12"})
    void i4RolesComeWithTheirRightsAndWhatDoesNotIsListed(String from, String to) {
        try (Ends ends = new Ends(from, to);
                Sql source = ends.source.sql();
                Sql destination = ends.destination.sql();
                Roles cleanSource = new Roles(source);
                Roles cleanDestination = new Roles(destination)) {
            source.execute(SOURCE);
            SchemaPlan plan = plan(ends, ends.sourceSessions, "acc*", "!acc_stays");

            assertThat(ends.makeAll(plan).values()).doesNotContain(Outcome.POSTPONED);

            assertThat(destination.value(RIGHTS)).isEqualTo(source.value(RIGHTS));
            assertThat(destination.value(ROLE.replace("'%s'", "'acc_app'")))
                    .isEqualTo("t t 7 2099-01-02 03:04:05 f f acc_reader true");
            assertThat(destination.value(ROLE.replace("'%s'", "'acc_reader'"))).startsWith("f f -1");
            assertThat(destination.value(ROLE.replace("'%s'", "'acc_boss'"))).startsWith("t t -1  f f");
            String password = "SELECT rolpassword FROM pg_authid WHERE rolname = 'acc_app'";
            assertThat(destination.value(password)).isNotNull().isEqualTo(source.value(password));
            assertThat(destination.number("SELECT count(*) FROM pg_roles WHERE rolname = 'acc_stays'"))
                    .isZero();
            assertThat(plan.leftOut())
                    .extracting(LeftOut::what)
                    .contains(
                            "SUPERUSER, CREATEDB of role acc_boss",
                            "settings of role acc_app (statement_timeout)",
                            "membership acc_app in acc_stays",
                            "default privileges of role postgres in schema sales");

            assertThat(ends.makeAll(plan).values())
                    .as("made again after a crash")
                    .isSubsetOf(Outcome.ALREADY_OURS, Outcome.ALREADY_THERE, Outcome.CREATED);
            assertThat(destination.value(RIGHTS)).isEqualTo(source.value(RIGHTS));
        }
    }

    @Test
    void withoutTheRightToReadPasswordsARoleIsMadeWithoutLogin() {
        try (Ends ends = new Ends("15", "15");
                Sql source = ends.source.sql();
                Roles cleanSource = new Roles(source)) {
            source.execute(SOURCE);
            try (Sessions plain = Ends.sessions(Side.SOURCE, ends.source, "acc_app", "app-password")) {
                SchemaPlan plan = plan(ends, plain, "acc_app");
                assertThat(plan.objects())
                        .filteredOn(SchemaObject.Role.class::isInstance)
                        .singleElement()
                        .isInstanceOfSatisfying(SchemaObject.Role.class, role -> {
                            assertThat(role.options()).startsWith("NOLOGIN");
                            assertThat(role.verifier()).isNull();
                        });
                assertThat(plan.leftOut()).extracting(LeftOut::what).contains("password of role acc_app");
            }
        }
    }

    @Test
    void aRoleThatIsThereStaysAndAnObjectOfOthersIsNotOpened() {
        try (Ends ends = new Ends("15", "15");
                Sql source = ends.source.sql();
                Sql destination = ends.destination.sql();
                Roles cleanSource = new Roles(source);
                Roles cleanDestination = new Roles(destination)) {
            source.execute(SOURCE);
            source.execute("GRANT USAGE ON SCHEMA sales TO PUBLIC");
            destination.execute("CREATE ROLE acc_app NOLOGIN; CREATE SCHEMA sales");
            SchemaPlan plan = plan(ends, ends.sourceSessions, "acc_app");

            Map<SchemaObject, Outcome> outcomes = ends.makeAll(plan);

            assertThat(outcomes).anySatisfy((object, outcome) -> {
                assertThat(object.ref().kind()).isEqualTo(ObjectRef.Kind.ROLE);
                assertThat(outcome).isEqualTo(Outcome.ALREADY_THERE);
            });
            assertThat(destination.value("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'acc_app'"))
                    .isEqualTo("f");
            assertThat(destination.value("SELECT has_schema_privilege('acc_app', 'sales', 'USAGE')"))
                    .isEqualTo("t");
            assertThat(
                            destination.value(
                                    "SELECT nspacl::text LIKE '%,=U/%' OR nspacl::text LIKE '{=U/%' FROM pg_namespace WHERE nspname = 'sales'"))
                    .isEqualTo("f");
        }
    }

    @Test
    void aPasswordIsNeverShown() {
        try (Ends ends = new Ends("15", "15");
                Sql source = ends.source.sql();
                Roles cleanSource = new Roles(source)) {
            source.execute(SOURCE);
            SchemaPlan plan = plan(ends, ends.sourceSessions, "acc_app");
            assertThat(plan.objects())
                    .extracting(object -> PostgresSchemaWriter.statement(
                                    object, new ServerSystem(150000, Dialect.POSTGRESQL), EditedStatements.NONE)
                            + object)
                    .noneMatch(text -> text.contains("SCRAM") || text.contains("md5"))
                    .anyMatch(text -> text.contains("PASSWORD '***'"));
        }
    }

    private static SchemaPlan plan(Ends ends, Sessions sessions, String... roles) {
        List<TableSchema> tables = new PostgresCatalog(ends.sourceSessions)
                .tables(table -> table.schema().equals("sales")).stream()
                        .map(CatalogReader.TableInfo::schema)
                        .toList();
        ObjectPattern sales = new ObjectPattern("sales", true, "*", false, "sales.*");
        Carry carry = new Carry(Carry.DEFAULT.kinds(), new Accounts(List.of(roles)));
        SchemaPlan plan = new SchemaReader(sessions).read(new ObjectScope(tables, List.of(sales), List.of(), carry));
        return OlderRelease.fit(plan, ends.destinationSessions.serverVersion());
    }

    /** Takes the roles of a test away, with what they own and are granted in its database. */
    private record Roles(Sql sql) implements AutoCloseable {
        @Override
        public void close() {
            for (String role : ROLES.split(", ", -1)) {
                String name = role.replace("\"", "");
                if (sql.number("SELECT count(*) FROM pg_roles WHERE rolname = '" + name + "'") > 0) {
                    sql.execute("DROP OWNED BY " + role + " CASCADE; DROP ROLE " + role);
                }
            }
        }
    }
}
