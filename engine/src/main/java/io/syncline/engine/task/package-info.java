/** What a user can ask of a task: precheck, run, status, clean; and the state machine of a run. */
@NullMarked
package io.syncline.engine.task;

import org.jspecify.annotations.NullMarked;
