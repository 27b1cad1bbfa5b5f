package io.syncline.engine.task;

import io.syncline.api.port.CrashMarks;
import java.time.InstantSource;

/**
 * What a run takes from the process around it.
 *
 * @param owner names this process in the ledger, for people: host, process id, start
 * @param processors how many this machine has
 */
public record Environment(InstantSource clock, CrashMarks marks, String owner, int processors) {}
