package io.syncline.engine.verify;

/**
 * @param showKeys how keys of differing rows are told
 * @param showValues whether differing values are told too
 * @param listed how many differences per table are listed; all are counted
 */
public record CompareOptions(ShowKeys showKeys, boolean showValues, int listed) {

    public enum ShowKeys {
        PLAIN,
        /** A hash of the key, for keys that are personal data. */
        HASH
    }

    public static final CompareOptions DEFAULT = new CompareOptions(ShowKeys.PLAIN, false, 20);
}
