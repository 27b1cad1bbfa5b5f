package io.syncline.engine.stream;

import io.syncline.api.apply.BadValue;
import io.syncline.api.apply.Conflict;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.SourceIdentity;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.port.CommandLog;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The ledger as a stream sees it: all other calls would be a mistake. */
final class AdvanceOnlyLedger implements Ledger {

    private final ModelDestination destination;

    AdvanceOnlyLedger(ModelDestination destination) {
        this.destination = destination;
    }

    private static UnsupportedOperationException unexpected() {
        return new UnsupportedOperationException("a stream does not use this");
    }

    @Override
    public boolean isInstalled() {
        throw unexpected();
    }

    @Override
    public void install() {
        throw unexpected();
    }

    @Override
    public List<TaskEntry> find(String name) {
        throw unexpected();
    }

    @Override
    public List<TaskEntry> tasks() {
        throw unexpected();
    }

    @Override
    public Optional<TaskEntry> task(String id) {
        throw unexpected();
    }

    @Override
    public TaskEntry register(String name, String sourceAddress, String accepted) {
        throw unexpected();
    }

    @Override
    public Lease acquire(String task, String owner, Duration silence) {
        throw unexpected();
    }

    @Override
    public void stale(Lease lease) {
        throw unexpected();
    }

    @Override
    public void suspend(Lease lease, TableId source, String cause) {
        throw unexpected();
    }

    @Override
    public void carriedAgain(Lease lease, TableId source) {
        throw unexpected();
    }

    @Override
    public Map<TableId, Instant> refreshed(String task) {
        throw unexpected();
    }

    @Override
    public Map<TableId, String> accepted(String task) {
        throw unexpected();
    }

    @Override
    public void accept(Lease lease, String task, Map<TableId, String> tables) {
        throw unexpected();
    }

    @Override
    public void edit(Lease lease, Edit edit) {
        throw unexpected();
    }

    @Override
    public void left(Lease lease, Collection<TableId> tables) {
        throw unexpected();
    }

    @Override
    public CommandLog commands() {
        throw unexpected();
    }

    @Override
    public void renew(Lease lease) {
        throw unexpected();
    }

    @Override
    public void release(Lease lease) {
        throw unexpected();
    }

    @Override
    public TaskMemory read(String task, PositionReader positions) {
        throw unexpected();
    }

    @Override
    public void state(Lease lease, String state, String detail) {
        throw unexpected();
    }

    @Override
    public void start(Lease lease, SourceIdentity identity, Positions start) {
        throw unexpected();
    }

    @Override
    public void identity(Lease lease, SourceIdentity identity) {
        throw unexpected();
    }

    @Override
    public void plan(Lease lease, TableEntry table) {
        throw unexpected();
    }

    @Override
    public void status(Lease lease, TableId source, LoadStatus status) {
        throw unexpected();
    }

    @Override
    public void outdated(Lease lease, String database, long version) {
        throw unexpected();
    }

    @Override
    public void catchUpTo(Lease lease, StreamId stream, @Nullable Position position) {
        throw unexpected();
    }

    @Override
    public void synchronizedFrom(Lease lease, StreamId stream, Position position) {
        throw unexpected();
    }

    @Override
    public void bringBack(Lease lease, TableId source, String cause) {
        throw unexpected();
    }

    @Override
    public void joining(Lease lease, List<TableEntry> tables, Positions start) {
        throw unexpected();
    }

    @Override
    public void joined(Lease lease, Positions exactFrom) {
        throw unexpected();
    }

    @Override
    public void notJoined(Lease lease, Collection<TableId> tables, String cause) {
        throw unexpected();
    }

    @Override
    public void advance(Lease lease, StreamId stream, Position previous, Position next) {
        destination.advance(previous, next);
    }

    @Override
    public BadValue.Report badValues(String task) {
        throw unexpected();
    }

    @Override
    public Conflict.Report conflicts(String task) {
        throw unexpected();
    }

    @Override
    public void notMade(Lease lease, List<NotMade> objects) {
        throw unexpected();
    }

    @Override
    public List<NotMade> notMade(String task) {
        throw unexpected();
    }

    @Override
    public List<String> forget(Lease lease, boolean dropTables) {
        throw unexpected();
    }
}
