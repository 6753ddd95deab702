/**
 * The state store's foundation: where it is, how it is opened, how values are written so that SQLite and PostgreSQL
 * hold the same. Tables and queries belong to the packages that own them, with one Liquibase change log each under
 * {@code db/changelog}.
 * <p>
 * Rules for whoever stores something:
 * <ul>
 * <li>SQLite has one writer at a time: a transaction takes the write lock when it begins. Keep transactions short, do
 * nothing external inside them, never begin a second one ({@code REQUIRES_NEW}) inside, and mark those that only read
 * {@code readOnly = true}.</li>
 * <li>Types that mean the same on both: {@code varchar(n)}, {@code clob}, {@code bigint}, {@code int},
 * {@code boolean}; {@code ${identity}} with {@code autoIncrement} for a generated key. An {@link java.time.Instant} is {@code varchar(27)}, UTC with microseconds in fixed width (see
 * {@link dev.ferryman.store.Instants}), so that its order as text is its order in time.</li>
 * <li>Take the time from the {@link java.time.Clock} bean: it ticks in microseconds, so what is read back equals what
 * was written.</li>
 * </ul>
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"endpoint"})
package dev.ferryman.store;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
