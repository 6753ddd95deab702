package dev.ferryman.runbook;

import java.util.Optional;

/** Whether this process can reach what a cutover's steps work on. Asked often: it must be cheap, and open no file. */
public interface SourceReach {
    /** What keeps it from that, as a clause such as “/data/app.db is not there”; empty where nothing does. */
    Optional<String> obstacle(Cutover cutover);
}
