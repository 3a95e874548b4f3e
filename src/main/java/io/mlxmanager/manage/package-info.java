/**
 * What the operator owns: users, keys, the audit log; entities, their repositories and the rules over them.
 * Every feature has a package of its own, this one holds none. Inference is unknown here: the stratum announces changes
 * as CDI events and whoever is concerned listens.
 */
package io.mlxmanager.manage;
