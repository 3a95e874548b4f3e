package io.mlxmanager.manage.audit;

/** Fired on the audit writer's thread after a row was committed, in the order of the ids; listeners must not block. */
public record AuditRecorded(AuditRow row) {}
