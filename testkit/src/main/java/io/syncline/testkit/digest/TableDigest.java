package io.syncline.testkit.digest;

/**
 * What a table holds, whatever the order of its rows.
 *
 * @param rows how many
 * @param sums for each quarter of the 128 bits of MD5 of a row's text, the sum over all rows: equal rows that occur twice count twice
 */
public record TableDigest(long rows, String sums) {}
