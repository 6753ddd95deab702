/**
 * The demo: a sample live application, an embedded PostgreSQL, one user per role and a cutover ready to click, all on
 * the loopback interface. Runs beside Ferryman with the profile {@code demo} and serves the tests; no part of the product.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"access", "cutover", "endpoint", "runbook", "schema"})
package dev.ferryman.demo;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
