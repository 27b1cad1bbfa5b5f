package io.syncline.postgresql.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DialectTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PostgreSQL 17.11 on x86_64-pc-linux-gnu, compiled by gcc 12.2.0, 64-bit | POSTGRESQL",
                "PostgreSQL 12.12 (Greenplum Database 7.0.0 build commit:79a3f5) on x86_64-pc-linux-gnu | GREENPLUM_7",
                "PostgreSQL 9.4.26 (Greenplum Database 6.24.3 build dev) on x86_64-unknown-linux-gnu | GREENPLUM_6",
                "PostgreSQL 12.12 (Greenplum Database 10.1.0) on x86_64 | GREENPLUM_7",
            })
    void isWhatTheServerSays(String version, Dialect dialect) {
        assertThat(Dialect.of(version)).isEqualTo(dialect);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PostgreSQL 17.11 on x86_64-pc-linux-gnu, 64-bit | 17.11 | PostgreSQL 17.11",
                "PostgreSQL 9.4.26 (Greenplum Database 6.24.3 build dev) on x86_64 | 9.4.26 | Greenplum 6.24.3 (PostgreSQL 9.4.26 within)",
                "PostgreSQL 12.12 (Greenplum Database 7.0.0) on x86_64 | 12.12 | Greenplum 7.0.0 (PostgreSQL 12.12 within)",
            })
    void isCalledByItsOwnRelease(String version, String within, String words) {
        assertThat(Dialect.words(version, within)).isEqualTo(words);
    }
}
