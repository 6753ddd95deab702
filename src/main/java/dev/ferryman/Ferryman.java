package dev.ferryman;

import dev.ferryman.cli.CommandLineFace;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The entry point: the service for {@code serve} and for no command at all, otherwise the command line, which starts
 * without an application context.
 */
@SpringBootApplication
public class Ferryman {
    /** Runs what the first argument names. */
    public static void main(String[] args) {
        if (CommandLineFace.asksForService(args)) {
            SpringApplication.run(Ferryman.class, CommandLineFace.serviceArguments(args));
        } else {
            System.exit(CommandLineFace.run(args));
        }
    }
}
