package dev.ferryman.access.internal;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;

/** How passwords are hashed. */
@Configuration(proxyBeanMethods = false)
class PasswordConfiguration {
    /** 2^11 rounds, about 0.1 s of one core: slow for a thief, unnoticed by a person who logs in. */
    private static final int STRENGTH = 11;

    @Bean
    PasswordEncoder passwordEncoder() {
        return new BCryptPasswordEncoder(STRENGTH);
    }
}
