package io.syncline.api.task;

/** What becomes of rows that the destination's tables hold before the load. */
public enum ExistingTables {
    /** A table with rows is a failed item of the precheck ("Precheck and Report Errors"). */
    PRECHECK,
    /** They stay, and a row of the source that collides with one is left out of the load ("Ignore Errors and Proceed"). */
    IGNORE,
    /** The tables are emptied once, before the load ("Clear Target Table"). */
    CLEAR
}
