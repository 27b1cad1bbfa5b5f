package io.syncline.cli.endtoend;

/** Triggers that note every change of a table, with the rights of the superuser who made them, so that none fires unseen. */
final class Audit {

    /** Once for a database. */
    static final String TABLE = """
            CREATE SCHEMA audit;
            CREATE TABLE audit.log (what text NOT NULL);
            CREATE FUNCTION audit.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
              BEGIN INSERT INTO audit.log VALUES (TG_OP || ' ' || TG_TABLE_NAME); RETURN NULL; END $$;
            """;

    private Audit() {}

    /** The statements that put the triggers on a table. */
    static String triggers(String table) {
        return """
                CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON %1$s FOR EACH ROW EXECUTE FUNCTION audit.note();
                CREATE TRIGGER audit_truncate AFTER TRUNCATE ON %1$s FOR EACH STATEMENT EXECUTE FUNCTION audit.note();
                """.formatted(table);
    }
}
