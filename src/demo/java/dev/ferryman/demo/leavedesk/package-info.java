/**
 * The leave desk: a small leave-management web application that reads and writes all the time, on SQLite or PostgreSQL
 * by configuration, and keeps a ledger of every write it has acknowledged. It knows nothing of Ferryman and stands for
 * any application that is carried over.
 */
@NullMarked
package dev.ferryman.demo.leavedesk;

import org.jspecify.annotations.NullMarked;
