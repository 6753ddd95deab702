/**
 * Messages of cutovers to people: the outbox in the state store, and the channels they leave by. Hears of decisions; takes
 * none, and no message that fails does anything to a cutover.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"endpoint", "hook", "runbook", "access", "store"})
package dev.ferryman.notify;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
