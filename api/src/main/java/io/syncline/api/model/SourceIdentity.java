package io.syncline.api.model;

/**
 * Which database a position belongs to (I6).
 *
 * @param system never changes for one cluster: PostgreSQL's system identifier with the database's name, a MySQL server UUID
 * @param lineage changes with a failover or restore: PostgreSQL's timeline; empty where there is none
 */
public record SourceIdentity(String system, String lineage) {}
