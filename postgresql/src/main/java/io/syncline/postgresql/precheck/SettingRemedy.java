package io.syncline.postgresql.precheck;

/** How an administrator changes a setting of the server, for remedies. */
enum SettingRemedy {
    SERVER("ALTER SYSTEM SET %s = %s;", "-- then restart the server", "SELECT pg_reload_conf();"),
    /** At the coordinator's host, for all segments at once. */
    CLUSTER("gpconfig -c %s -v %s", "gpstop -ar", "gpstop -u");

    private final String change;
    private final String restart;
    private final String reload;

    SettingRemedy(String change, String restart, String reload) {
        this.change = change;
        this.restart = restart;
        this.reload = reload;
    }

    /** Of a setting that can be changed while the server runs; to be followed by {@link #reload}. */
    String change(String setting, String value) {
        return change.formatted(setting, this == SERVER ? value : value.replace("'", ""));
    }

    String reload() {
        return reload;
    }

    /** Of a setting that a server reads as it starts. */
    String restarting(String setting, String value) {
        return change(setting, value) + "\n" + restart;
    }
}
