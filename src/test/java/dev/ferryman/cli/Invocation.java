package dev.ferryman.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** One run of the command line inside this process. */
record Invocation(int status, String out, String err) {
    static Invocation of(String... args) {
        var out = new StringWriter();
        var err = new StringWriter();
        int status = CommandLineFace.run(args, new PrintWriter(out, true), new PrintWriter(err, true), false);
        return new Invocation(status, out.toString(), err.toString());
    }
}
