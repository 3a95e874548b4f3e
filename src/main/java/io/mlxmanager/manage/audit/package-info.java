/**
 * The trace that every use of a model and every security event leaves: rows without prompts or answers, chained by hashes,
 * written by one thread, announced as {@link io.mlxmanager.manage.audit.AuditRecorded}. When a row is due is decided by
 * those who serve requests; how rows are shown belongs to api.audit.
 */
package io.mlxmanager.manage.audit;
