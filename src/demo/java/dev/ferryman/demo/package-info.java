/**
 * What the demo runs beside Ferryman: a sample live application and an embedded PostgreSQL, both on the loopback
 * interface only. Serves the demo and the tests; no part of the product.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.ferryman.demo;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
