package io.syncline.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts as servers of 9.4 to 18 print them; each column of them is put in capitals. */
class PrintedSqlTest {

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '\u0001',
            value = {
                "PRIMARY KEY (id, \"no\") INCLUDE (v) WITH (fillfactor='70') => PRIMARY KEY (\"ID\", \"NO\") INCLUDE (\"V\") WITH (fillfactor='70')",
                "USING btree (lower((v)::text) COLLATE \"C\" text_pattern_ops DESC NULLS LAST) WHERE (v IS NOT NULL) => USING btree (lower((\"V\")::text) COLLATE \"C\" text_pattern_ops DESC NULLS LAST) WHERE (\"V\" IS NOT NULL)",
                "USING gist (name public.gist_trgm_ops (siglen='32')) => USING gist (\"NAME\" public.gist_trgm_ops (siglen='32'))",
                "USING btree (v varchar_pattern_ops, w) => USING btree (\"V\" varchar_pattern_ops, \"W\")",
                "CHECK (((price > (0)::numeric) AND ((state)::text = ANY ((ARRAY['a b'::character varying, 'it''s'::character varying])::text[])))) => CHECK (((\"PRICE\" > (0)::numeric) AND ((\"STATE\")::text = ANY ((ARRAY['a b'::character varying, 'it''s'::character varying])::text[]))))",
                "CHECK ((at >= '2020-01-01 00:00:00'::timestamp without time zone)) NOT VALID => CHECK ((\"AT\" >= '2020-01-01 00:00:00'::timestamp without time zone)) NOT VALID",
                "CHECK ((EXTRACT(year FROM day) > (2000)::numeric)) => CHECK ((EXTRACT(year FROM \"DAY\") > (2000)::numeric))",
                "CHECK (((address).city <> E'a\\\\''b'::text)) => CHECK (((\"ADDRESS\").city <> E'a\\\\''b'::text))",
                "EXCLUDE USING gist (room WITH =, during WITH &&) WHERE ((NOT cancelled)) DEFERRABLE => EXCLUDE USING gist (\"ROOM\" WITH =, \"DURING\" WITH &&) WHERE ((NOT \"CANCELLED\")) DEFERRABLE",
                "CHECK ((a OPERATOR(public.=) b)) => CHECK ((\"A\" OPERATOR(public.=) \"B\"))",
                "RANGE (at, \"Part\") => RANGE (\"AT\", \"PART\")",
                "ON DELETE SET NULL (parent) => ON DELETE SET NULL (\"PARENT\")",
                "(((first)::text || ' '::text) || (last)::text) => (((\"FIRST\")::text || ' '::text) || (\"LAST\")::text)",
                "CHECK (((ts AT TIME ZONE 'UTC'::text) < (now)::timestamp(3) with time zone)) => CHECK (((\"TS\" AT TIME ZONE 'UTC'::text) < (\"NOW\")::timestamp(3) with time zone))",
                "CASE WHEN (a > 1.5e3) THEN b[1] ELSE (c ->> 'x'::text) END => CASE WHEN (\"A\" > 1.5e3) THEN \"B\"[1] ELSE (\"C\" ->> 'x'::text) END",
                "CHECK ((\"substring\"(v, 1, 2) = 'x'::\"char\"::text)) => CHECK ((\"substring\"(\"V\", 1, 2) = 'x'::\"char\"::text))",
                "NOT NULL v NOT VALID => NOT NULL \"V\" NOT VALID",
            })
    void onlyColumnsGetOtherNames(String text, String expected) {
        assertThat(new PrintedSql(text).with(name -> name.toUpperCase(Locale.ROOT)))
                .isEqualTo(expected);
    }

    @Test
    void namesAreReadWithoutTheirQuotesAndWrittenWithThem() {
        assertThat(new PrintedSql("((\"a\"\"b\" > 0) AND (x < 1))").columns()).containsExactly("a\"b", "x");
        assertThat(new PrintedSql("(x > 0)").with(name -> "a\"b")).isEqualTo("(\"a\"\"b\" > 0)");
    }
}
