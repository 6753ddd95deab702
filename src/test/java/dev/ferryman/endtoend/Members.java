package dev.ferryman.endtoend;

import dev.ferryman.testing.TestPostgres;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** All replicas on one state store. */
record Members(List<Member> all) implements AutoCloseable {
    /** Starts one on each of the nodes, all at the same time. */
    static Members start(List<String> nodes, TestPostgres.Database store, Path home, String token,
            List<String> settings) throws Exception {
        List<Member> members = new ArrayList<>();
        try (var starters = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Member>> starting = new ArrayList<>();
            for (String node : nodes) {
                starting.add(starters.submit(() -> Member.start(node, store, home, token, settings)));
            }
            ExecutionException failed = null;
            for (Future<Member> each : starting) {
                try {
                    members.add(each.get());
                } catch (ExecutionException e) {
                    failed = e;
                }
            }
            if (failed != null) {
                new Members(members).close();
                throw failed;
            }
            return new Members(members);
        }
    }

    /** Who a lease's owner is. */
    Member owner(String owner) {
        return all.stream().filter(member -> member.owns(owner)).findFirst().orElseThrow();
    }

    @Override
    public void close() throws Exception {
        for (Member member : all) {
            member.close();
        }
    }
}
