package io.syncline.api.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken stays one expression in parentheses. */
class SqlExpressionTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "amount > 0",
                "kind = 'a;b' AND note <> ')--'",
                "\"odd;name\" IS NOT NULL",
                "E'\\';' || first",
                "$q$;)$q$ || first",
                "a - -1",
                "U&'\\0041' = kind",
                "(a + b) * (c)"
            })
    void takes(String text) throws Exception {
        assertThat(SqlExpression.of(text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "true; DROP TABLE t",
                "true) OR (true",
                "(true",
                "true -- AND open",
                "true /* AND open",
                "'open",
                "\"open",
                "E'open\\'",
                "$q$open$Q$",
                "$1",
                "U&\"open\""
            })
    void refuses(String text) {
        assertThatThrownBy(() -> SqlExpression.of(text)).isInstanceOf(SqlExpression.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Total > 0", "total > 0", "\"Total\" > 0", "x.total IS NULL"})
    void mentionsColumns(String text) throws Exception {
        SqlExpression expression = SqlExpression.of(text);

        assertThat(expression.mentions("total") || expression.mentions("Total")).isTrue();
        assertThat(expression.mentions("other")).isFalse();
    }
}
