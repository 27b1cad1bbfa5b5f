package io.syncline.cli.output;

/** Names in lines for people. */
public final class Labels {

    private Labels() {}

    /** The name on one line, whatever it holds. */
    public static String of(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }
}
