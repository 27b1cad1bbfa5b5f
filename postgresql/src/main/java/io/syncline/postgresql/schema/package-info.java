/**
 * The structure of PostgreSQL databases: read at the source as objects in the order of creation, written at the destination one object and one ledger mark a
 * transaction. Texts inside of objects (types, expressions, conditions) are what the server itself prints under an empty search_path.
 */
@NullMarked
package io.syncline.postgresql.schema;

import org.jspecify.annotations.NullMarked;
