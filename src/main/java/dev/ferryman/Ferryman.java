package dev.ferryman;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The service's entry point. */
@SpringBootApplication
public class Ferryman {
    /** Starts the service. */
    public static void main(String[] args) {
        SpringApplication.run(Ferryman.class, args);
    }
}
