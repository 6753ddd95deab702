package dev.ferryman.web.internal;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** {@code /health} serves what {@code /actuator/health} serves ({@code DESIGN.md} § 4), for probes set up by habit. */
@Controller
class HealthAlias {
    @GetMapping("/health")
    String health() {
        return "forward:/actuator/health";
    }

    @GetMapping("/health/{group:liveness|readiness}")
    String group(@PathVariable String group) {
        return "forward:/actuator/health/" + group;
    }
}
