/** The Debezium engine as a peer: it decodes a PostgreSQL slot for a consumer that only counts. */
package io.syncline.bench.debezium;
