package io.syncline.postgresql.session;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The settings that every session of ours pins, since roles, databases and servers may set them to values that change how values print, what rows are seen, or when
 * a session is ended (T12, T22, T47).
 */
final class SessionSettings {

    private SessionSettings() {}

    /** Name and value for a server of this version ({@code server_version_num}). */
    static Map<String, String> of(int serverVersion, String searchPath) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("client_encoding", "UTF8");
        settings.put("datestyle", "ISO, MDY");
        settings.put("intervalstyle", "postgres");
        settings.put("timezone", "UTC");
        settings.put("extra_float_digits", "3");
        settings.put("bytea_output", "hex");
        settings.put("lc_monetary", "C");
        settings.put("search_path", searchPath);
        settings.put("xmloption", "content");
        settings.put("array_nulls", "on");
        settings.put("standard_conforming_strings", "on");
        if (serverVersion >= 90500) {
            settings.put("row_security", "off");
        }
        settings.put("default_transaction_isolation", "read committed");
        settings.put("default_transaction_read_only", "off");
        settings.put("quote_all_identifiers", "off");
        settings.put("check_function_bodies", "off");
        if (serverVersion >= 110000) {
            settings.put("jit", "off");
        }
        settings.put("statement_timeout", "0");
        settings.put("lock_timeout", "0");
        if (serverVersion >= 90600) {
            settings.put("idle_in_transaction_session_timeout", "0");
        }
        if (serverVersion >= 140000) {
            settings.put("idle_session_timeout", "0");
        }
        if (serverVersion >= 170000) {
            settings.put("transaction_timeout", "0");
        }
        return settings;
    }
}
