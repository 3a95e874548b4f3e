/**
 * Stand-ins written by hand that several tests share: a database in memory, a clock that is moved, tokens of every kind.
 * No mocks of a library, and nothing that only one test uses.
 */
package io.mlxmanager.testing;
