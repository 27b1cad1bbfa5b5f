/**
 * Messages of the output plugin test_decoding as change events, for servers that have no other. A message is one line of text for people; it is read strictly, column by
 * column, against what the catalog says that the server prints. What is not understood is an error, never skipped (I4). A row is the bytes of its message: values are
 * not copied, doubled quotes are closed up where they lie.
 */
@NullMarked
package io.syncline.postgresql.stream.testdecoding;

import org.jspecify.annotations.NullMarked;
